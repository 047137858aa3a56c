import type { FieldError } from '@drivewatch/contracts';

/** A record that cannot be taken as it is; sending it again does not help. */
export class InvalidRecordError extends Error {
  override readonly name = 'InvalidRecordError';

  constructor(readonly errors: FieldError[]) {
    super(`The record has ${errors.length} wrong field${errors.length === 1 ? '' : 's'}`);
  }
}

/** The queue cannot confirm records now; the same record may be sent again later. */
export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError';
}
