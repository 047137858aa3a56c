import * as z from 'zod';
import { textUpTo } from './characters';

/** The body of `POST /api/session`. */
export const signInSchema = z.strictObject({
  /** Upper and lower case make no difference. */
  name: textUpTo(64),
  password: textUpTo(1024),
});
export type SignIn = z.infer<typeof signInSchema>;
