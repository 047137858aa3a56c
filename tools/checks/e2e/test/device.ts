import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { REPLAY_HEADER, type WireRecord } from '@drivewatch/contracts';

/** Only a server that hangs takes this long to answer, or keeps asking the device to retry for this long. */
const ANSWER_LIMIT_MS = 60_000;
const ATTEMPTS = 120;

/**
 * The device in one vehicle: posts records the way the original's client does, every value a string. Its records are of
 * a day in the past, so it asks for their alerts as a replay does.
 */
export class Device {
  readonly carPlateNumber: string;
  private speedingSince: string | null = null;

  /**
   * @param url of the API
   * @param driverID one that no other test uses
   * @param key needed if the API asks for one
   */
  constructor(
    private readonly url: string,
    readonly driverID = `driver-${randomUUID().slice(0, 8)}`,
    private readonly key?: string,
  ) {
    this.carPlateNumber = `华${randomUUID().slice(0, 6).toUpperCase()}`;
  }

  /**
   * Posts one record, and again after a 503 that says so, as devices do: an API that has just started may not have
   * reached its queue yet.
   *
   * @param time as on the wire: on the fleet's wall clock, or ISO 8601
   * @throws Error unless the record is accepted
   */
  async post(time: string, fields: WireRecord = {}): Promise<void> {
    const { driverID, carPlateNumber } = this;
    const record: WireRecord = { driverID, carPlateNumber, Speed: '72', Time: time, ...fields };
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetch(`${this.url}/addData`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          [REPLAY_HEADER]: '1',
          ...(this.key && { Authorization: `Bearer ${this.key}` }),
        },
        body: JSON.stringify(record),
        signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      });
      if (response.status === 202) return;
      if (response.status !== 503 || attempt === ATTEMPTS)
        throw new Error(`${response.status} ${await response.text()}`);
      await wait(Number(response.headers.get('Retry-After')) * 1000);
    }
  }

  async beginSpeeding(time: string, fields: WireRecord = {}): Promise<void> {
    await this.post(time, { Speed: '131', isOverspeed: '1', ...fields });
    this.speedingSince = time;
  }

  async endSpeeding(time: string): Promise<void> {
    await this.post(time, { Speed: '96', isOverspeedFinished: '1' });
    this.speedingSince = null;
  }

  /** Ends an open alert, so that the pages of other tests show none. */
  async park(): Promise<void> {
    if (this.speedingSince !== null) await this.endSpeeding(this.speedingSince);
  }
}
