import type { SimulatedRecord } from '../fleet/driver';

const beginsOverspeed = ({ fields }: SimulatedRecord): boolean => fields.isOverspeed === '1';
const endsOverspeed = ({ fields }: SimulatedRecord): boolean => fields.isOverspeedFinished === '1';

/**
 * The records of one driver waiting to be sent, oldest first. While the server is away the oldest are dropped. But the
 * server must never be left with an overspeeding that it has been told of and that does not end, so such an end is
 * kept, and an overspeeding that it has not been told of is dropped as a whole.
 */
export class DriverBacklog {
  private queue: SimulatedRecord[] = [];
  /** Whether the last overspeeding record handed out was a start. */
  private told = false;
  /** Whether the start of the current overspeeding was dropped, so that its end has no meaning. */
  private skipsNextEnd = false;

  /** @param limit the most records kept; at least 2 */
  constructor(private readonly limit: number) {}

  /** @returns how many records were dropped for this one */
  push(record: SimulatedRecord): number {
    if (this.skipsNextEnd && endsOverspeed(record)) {
      this.skipsNextEnd = false;
      return 1;
    }
    this.queue.push(record);
    return this.queue.length > this.limit ? this.dropOldest() : 0;
  }

  /** Returns the next record to send; it counts as told to the server, since it may arrive there whatever happens. */
  shift(): SimulatedRecord | undefined {
    const record = this.queue.shift();
    if (record !== undefined && beginsOverspeed(record)) this.told = true;
    else if (record !== undefined && endsOverspeed(record)) this.told = false;
    return record;
  }

  /**
   * Drops everything except what ends the overspeeding that the server has been told of, if there is one.
   *
   * @param ending the records that end what the driver is doing
   */
  closeWith(ending: readonly SimulatedRecord[]): void {
    const end = this.told ? [...this.queue, ...ending].find(endsOverspeed) : undefined;
    this.queue = end === undefined ? [] : [end];
  }

  private dropOldest(): number {
    const keepsFirst = this.told && this.queue.findIndex(endsOverspeed) === 0;
    const [dropped] = this.queue.splice(keepsFirst ? 1 : 0, 1);
    if (dropped === undefined || !beginsOverspeed(dropped)) return 1;
    const end = this.queue.findIndex(
      (record, index) => endsOverspeed(record) && !(keepsFirst && index === 0),
    );
    if (end < 0) this.skipsNextEnd = true;
    else this.queue.splice(end, 1);
    return end < 0 ? 1 : 2;
  }
}
