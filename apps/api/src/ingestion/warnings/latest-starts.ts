import { DRIVE_BREAK_MS } from '@drivewatch/contracts';

/** How many drivers are remembered, whatever their number: they are those who began something and have not ended it. */
const MAX_DRIVERS = 10_000;

/** Remembers for each driver when a record last said that something begins, to notice when the next says so again. */
export class LatestStarts {
  private readonly lastAtMs = new Map<string, number>();

  /**
   * Notes that a record says that it begins.
   *
   * @param atMs the record's time, epoch milliseconds
   * @returns whether an earlier record of the same stretch of driving said so already. The same record again did not.
   */
  isRepeated(driverId: string, atMs: number): boolean {
    const lastMs = this.lastAtMs.get(driverId);
    // A driver who is put in anew is the last to be forgotten.
    this.lastAtMs.delete(driverId);
    this.lastAtMs.set(driverId, atMs);
    if (this.lastAtMs.size > MAX_DRIVERS) {
      const [longestAgo = driverId] = this.lastAtMs.keys();
      this.lastAtMs.delete(longestAgo);
    }
    return lastMs !== undefined && atMs > lastMs && atMs - lastMs <= DRIVE_BREAK_MS;
  }

  end(driverId: string): void {
    this.lastAtMs.delete(driverId);
  }
}
