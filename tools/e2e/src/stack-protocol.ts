/** What the tests ask of the process that holds the stack, one thing at a time. To end it, they disconnect. */
export type StackCommand = 'crash-api' | 'start-api' | 'add-bad-job';

/** `ready` comes once, when everything is up; from then on every command is answered with `done` or `failed`. */
export type StackReply =
  { kind: 'ready'; url: string; publicFolder: string } | { kind: 'done' } | { kind: 'failed'; error: string };
