/** What the tests tell the process that holds the stack, one command at a time. To end it, they disconnect. */
export type StackCommand =
  'crash-api' | 'start-api' | 'add-bad-job' | 'start-guarded-api' | `remove-driver ${string}`;

/** The first argument of the process that holds the stack, as JSON. */
export interface StackProcessOptions {
  tickSeconds: number;
  timeZone: string;
  /** Who may use the API that asks for keys and sign-in, besides the API that is open to everybody. */
  guardedAccess: StackAccess;
}

/** The same as `StackAccessOptions` of test-stack. */
export interface StackAccess {
  users: { name: string; password: string; role: 'viewer' | 'admin' }[];
  /** The key with which the tests' devices send. */
  fleetKey: string;
}

/**
 * `ready` comes once, when everything is up; from then on every command is answered with `done` or `failed`. The `url`
 * of `done` is that of an API that was started.
 */
export type StackReply =
  | { kind: 'ready'; url: string; publicFolder: string }
  | { kind: 'done'; url?: string }
  | { kind: 'failed'; error: string };
