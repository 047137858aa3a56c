import { z } from 'zod';

/** What people may do on the dashboard: a viewer watches, an admin also sees to the queue and its failed jobs. */
export const USER_ROLES = ['viewer', 'admin'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** Where a page signs in (`POST`), asks who it is (`GET`), and signs out (`DELETE`). */
export const SESSION_PATH = '/api/session';

/** Body of `POST /api/session`. */
export const signInSchema = z.strictObject({
  /** Upper and lower case are the same. */
  name: z.string().min(1).max(64),
  password: z.string().min(1).max(1024),
});
export type SignIn = z.infer<typeof signInSchema>;

/** Answer of `GET /api/session`. */
export const sessionStateSchema = z.object({
  /** `off`: everything is open, and there is nothing to sign in to. */
  authentication: z.enum(['on', 'off']),
  /** Who is signed in; `null` when nobody is, or nobody needs to be. */
  user: z.object({ name: z.string(), role: z.enum(USER_ROLES) }).nullable(),
});
export type SessionState = z.infer<typeof sessionStateSchema>;
