/** Roles on the dashboard: a viewer watches; an admin also manages the queue and its failed jobs. */
export const USER_ROLES = ['viewer', 'admin'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** Where a page signs in (`POST`), asks who it is (`GET`), and signs out (`DELETE`). */
export const SESSION_PATH = '/api/session';

/** The answer of `GET /api/session`. */
export interface SessionState {
  /** `off` means that everything is open and there is nothing to sign in to. */
  authentication: 'on' | 'off';
  /** The user who is signed in; `null` when nobody is, or when nobody needs to be. */
  user: { name: string; role: UserRole } | null;
}

/**
 * Returns whether JSON is a {@link SessionState}, without a schema: the page needs it before it loads anything else.
 */
export function isSessionState(json: unknown): json is SessionState {
  const { authentication, user } = (json ?? {}) as Partial<Record<keyof SessionState, unknown>>;
  if (authentication !== 'on' && authentication !== 'off') return false;
  if (user === null) return true;
  const { name, role } = (user ?? {}) as Partial<Record<'name' | 'role', unknown>>;
  return typeof name === 'string' && USER_ROLES.some((one) => one === role);
}
