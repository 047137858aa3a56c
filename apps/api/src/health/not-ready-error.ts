import type { Problem } from '@drivewatch/contracts';

/** Something that the API needs is away. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';

  constructor(readonly checks: NonNullable<Problem['checks']>) {
    const down = Object.entries(checks).filter(([, { status }]) => status === 'down');
    super(`Not ready: ${down.map(([name]) => name).join(', ')}`);
  }
}
