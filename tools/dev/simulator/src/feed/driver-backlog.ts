import type { SimulatedRecord } from '../fleet/driver';

const beginsOverspeed = ({ fields }: SimulatedRecord): boolean => fields.isOverspeed === '1';
const endsOverspeed = ({ fields }: SimulatedRecord): boolean => fields.isOverspeedFinished === '1';

/**
 * The records of one driver that wait to be sent, oldest first. While the server is away the oldest are dropped; but
 * the server must never be left with an overspeeding that it has been told of and that does not end, so such an end is
 * kept, and an overspeeding that it has not been told of is dropped as a whole.
 */
export class DriverBacklog {
  private queue: SimulatedRecord[] = [];
  /** The last overspeeding record handed out was a beginning. */
  private told = false;
  /** The beginning of the overspeeding that is going on was dropped, so its end has no meaning. */
  private skipsNextEnd = false;

  /** @param limit most records kept; at least 2 */
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

  /** The record to be sent next; it counts as told to the server, since it may reach it whatever happens. */
  shift(): SimulatedRecord | undefined {
    const record = this.queue.shift();
    if (record !== undefined && beginsOverspeed(record)) this.told = true;
    else if (record !== undefined && endsOverspeed(record)) this.told = false;
    return record;
  }

  /**
   * Leaves nothing but what ends the overspeeding that the server has been told of, if there is one.
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
