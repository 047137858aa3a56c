import type { DeviceClient, PostResult } from '@drivewatch/device-client';
import type { WireRecord } from '@drivewatch/contracts';
import type { SimulatedRecord } from '../fleet/driver';
import { DriverBacklog } from './driver-backlog';

/** What the feed reports about its records. */
export interface FeedEvents {
  onAnswer: (record: WireRecord, result: PostResult) => void;
  onDropped: (records: number) => void;
}

/** Some two and a half minutes of one driver: anything older no longer belongs in a live picture. */
export const RECORDS_KEPT_PER_DRIVER = 20;

interface Device {
  backlog: DriverBacklog;
  sending: boolean;
}

/**
 * Posts the records of a fleet as its devices would: each device one record after the other, all devices at the same
 * time.
 */
export class FleetFeed {
  private readonly devices = new Map<string, Device>();
  private readonly cut = new AbortController();
  private sending = 0;
  private onIdle: (() => void)[] = [];

  constructor(
    private readonly client: Pick<DeviceClient, 'post'>,
    private readonly events: FeedEvents,
  ) {}

  add(record: SimulatedRecord): void {
    const device = this.deviceOf(record.driverId);
    const dropped = device.backlog.push(record);
    if (dropped > 0) this.events.onDropped(dropped);
    void this.send(device);
  }

  /** Resolves when every record has been answered. */
  async idle(): Promise<void> {
    while (this.sending > 0) await new Promise<void>((resolve) => this.onIdle.push(resolve));
  }

  /**
   * Sends only what ends the overspeeding that the server knows of, so that no alert stays open, and stops.
   *
   * @param endings the records that end what the drivers are doing
   * @param withinMs how long to wait for the server before giving up
   */
  async finish(endings: readonly SimulatedRecord[], withinMs: number): Promise<void> {
    for (const [driverId, device] of this.devices) {
      device.backlog.closeWith(endings.filter((record) => record.driverId === driverId));
      void this.send(device);
    }
    const timer = setTimeout(() => {
      this.cut.abort(new Error('The server did not answer in time'));
    }, withinMs);
    await this.idle();
    clearTimeout(timer);
  }

  private deviceOf(driverId: string): Device {
    let device = this.devices.get(driverId);
    if (device === undefined) {
      device = { backlog: new DriverBacklog(RECORDS_KEPT_PER_DRIVER), sending: false };
      this.devices.set(driverId, device);
    }
    return device;
  }

  private async send(device: Device): Promise<void> {
    if (device.sending) return;
    device.sending = true;
    this.sending += 1;
    try {
      for (let record = device.backlog.shift(); record !== undefined; record = device.backlog.shift()) {
        const wire: WireRecord = { ...record.fields, Time: new Date(record.atMs).toISOString() };
        this.events.onAnswer(wire, await this.client.post(wire, this.cut.signal));
      }
    } catch (error) {
      if (!this.cut.signal.aborted) throw error;
    } finally {
      device.sending = false;
      this.sending -= 1;
      if (this.sending === 0) for (const resolve of this.onIdle.splice(0)) resolve();
    }
  }
}
