import * as z from 'zod';

/** The body of `POST /api/session`. */
export const signInSchema = z.strictObject({
  /** Upper and lower case make no difference. */
  name: z.string().min(1).max(64),
  password: z.string().min(1).max(1024),
});
export type SignIn = z.infer<typeof signInSchema>;
