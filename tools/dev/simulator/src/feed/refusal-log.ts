import type { PostResult } from '@drivewatch/device-client';

/** Prints which records were refused and why; a refused key is reported once, since it affects every record. */
export class RefusalLog {
  private keyRefused = false;

  constructor(private readonly print: (text: string) => void) {}

  onAnswer(driverId: string, result: PostResult): void {
    if (result.ok || result.status !== 401) this.keyRefused = false;
    if (result.ok || this.keyRefused) return;
    const detail = result.problem?.detail ?? 'not an answer of Drivewatch';
    if (result.status !== 401) {
      this.print(`A record of ${driverId} was refused with ${result.status}: ${detail}`);
      return;
    }
    this.keyRefused = true;
    this.print(`The server asks for a key (401: ${detail}); DRIVEWATCH_KEY is the one that is sent.`);
  }
}
