/** Says what keeps a file from being imported; the message is one line for the user. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}
