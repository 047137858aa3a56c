import type { RetryNotice } from '@drivewatch/device-client';

/** Prints one line when the server goes away, and one when it is back, with what was lost. */
export class OutageLog {
  private away = false;
  private dropped = 0;

  /** @param recordsKept how many records of each driver wait for the server */
  constructor(
    private readonly print: (text: string) => void,
    private readonly recordsKept: number,
  ) {}

  onRetry({ reason }: RetryNotice): void {
    if (this.away) return;
    this.away = true;
    this.print(
      `The server does not take records (${reason}); trying again. The last ${this.recordsKept} records of each driver are kept, older ones dropped.`,
    );
  }

  onDropped(records: number): void {
    this.dropped += records;
  }

  onAnswer(): void {
    if (!this.away) return;
    this.print(`The server takes records again; ${this.dropped} old ones were dropped.`);
    this.away = false;
    this.dropped = 0;
  }
}
