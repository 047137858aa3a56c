import { setTimeout as wait } from 'node:timers/promises';
import type { WireRecord } from '@drivewatch/contracts';
import { createDeviceClient, type DeviceClient } from '@drivewatch/device-client';
import type { Random } from '@drivewatch/testing/random';
import { v7 as uuidv7 } from 'uuid';
import type { Ledger, SentRecord } from './ledger';

const DEVICES = 12;
/** Shorter than any outage here, so that devices really give up and send again. */
const ANSWER_TIMEOUT_MS = 1_500;
/** The share of records that begin a spell of overspeeding, as in the recorded data. */
const ALERT_SHARE = 0.07;

/** A record that says which id it should be stored under; the field is no column of detail records. */
interface IdentifiedRecord extends WireRecord {
  recordId?: string;
}

export interface DeviceFleetOptions {
  url: string;
  ledger: Ledger;
  random: Random;
  /** Whether records carry `recordId`; see {@link audit}. */
  withRecordIds: boolean;
  /** The pause between two records of a device. */
  pauseMs: { readonly min: number; readonly max: number };
  /** How many devices there are; 12 if absent. */
  devices?: number;
  /** The device key that all of them show; none if absent. */
  key?: string;
  /** Returns the time that the next record gives, epoch milliseconds; the present if absent. */
  recordedAtMs?: () => number;
  /** Returns what the next record of a driver says besides the speed; if absent, a spell begins by chance. */
  says?: (driverId: string) => WireRecord;
  /** Receives each acknowledged record, with what `says` had returned for it. */
  onAcknowledged?: (record: SentRecord, said: WireRecord) => void;
}

/**
 * Devices that post records one after the other, each over a connection of its own, and send a record again until it is
 * acknowledged.
 */
export class DeviceFleet {
  private stopped: AbortController | undefined;
  private posting: Promise<void>[] = [];
  private readonly clients = new Set<DeviceClient>();

  constructor(private readonly options: DeviceFleetOptions) {}

  /** @param prefix of the drivers' names */
  start(prefix: string): void {
    const stopped = new AbortController();
    this.stopped = stopped;
    this.posting = Array.from({ length: this.options.devices ?? DEVICES }, (_, n) =>
      this.drive(`${prefix}/${n}`, stopped.signal).catch((error: unknown) =>
        this.options.ledger.noteRefused(`A device gave up: ${String(error)}`),
      ),
    );
  }

  /**
   * Sends no new records, and waits until those under way are acknowledged.
   *
   * @throws Error when that takes longer than `limitMs`; the devices keep trying
   */
  async settle(limitMs: number): Promise<void> {
    this.stopped?.abort();
    const late = wait(limitMs, 'late', { ref: false });
    if ((await Promise.race([Promise.all(this.posting), late])) === 'late')
      throw new Error(`Devices still wait for an acknowledgement ${limitMs / 1000} s after the fault`);
  }

  /** Stops without waiting: records under way stay unacknowledged. */
  async abandon(): Promise<void> {
    this.stopped?.abort();
    for (const client of this.clients) await client.close();
    await Promise.all(this.posting);
  }

  private async drive(driverId: string, stopped: AbortSignal): Promise<void> {
    const { url, key, ledger, random, pauseMs, onAcknowledged, recordedAtMs = Date.now } = this.options;
    let current: SentRecord | undefined;
    const client = createDeviceClient({
      url,
      key,
      connections: 1,
      unreachableForMs: Infinity,
      answerTimeoutMs: ANSWER_TIMEOUT_MS,
      onRetry: ({ reason }) => {
        if (current) ledger.noteRetry(current, reason);
      },
    });
    this.clients.add(client);
    try {
      while (!stopped.aborted) {
        const record = ledger.note({
          identity: uuidv7(),
          driverId,
          speedKmh: Math.floor(random.between(0, 150)),
          recordedAtMs: recordedAtMs(),
        });
        current = record;
        const said = this.says(driverId);
        const result = await client.post(this.wireRecord(record, said));
        if (result.ok) {
          for (const id of result.ids) ledger.noteAcknowledged(record, id);
          onAcknowledged?.(record, said);
        } else ledger.noteRefused(`${result.status} ${JSON.stringify(result.problem)}`);
        await wait(random.between(pauseMs.min, pauseMs.max));
      }
    } finally {
      this.clients.delete(client);
      await client.close();
    }
  }

  private says(driverId: string): WireRecord {
    const { says, random } = this.options;
    if (says !== undefined) return says(driverId);
    return random.chance(ALERT_SHARE) ? { isOverspeed: '1' } : {};
  }

  private wireRecord(
    { identity, driverId, speedKmh, recordedAtMs }: SentRecord,
    said: WireRecord,
  ): IdentifiedRecord {
    return {
      driverID: driverId,
      Speed: String(speedKmh),
      Time: new Date(recordedAtMs).toISOString(),
      // This is a column of the table whatever the id is, and its text is read by nothing.
      siteName: identity,
      ...said,
      ...(this.options.withRecordIds && { recordId: identity }),
    };
  }
}
