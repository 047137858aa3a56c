import { hash } from 'node:crypto';
import type { ApiConfig } from '@drivewatch/config';
import { REDIS, REDIS_PREFIX, type RedisClient, RedisScript } from '@drivewatch/redis';
import { Inject, Injectable } from '@nestjs/common';
import { API_CONFIG } from '../../config.module';
import admitDriversLua from './admit-drivers-3.lua';

const HOUR_MS = 3_600_000;
/** The drivers of an hour are looked up until the end of the next; clocks may differ a little. */
const KEPT_MS = 2 * HOUR_MS + 10_000;
/** Drivers beyond the fleet, of all device keys together, by a multiple of the fleet. */
const LARGEST_FLEET = 2;
/** 128 bits tell a driver from all others, in whatever script and length the name is: memory is known beforehand. */
const DIGEST_BYTES = 16;

/** Whether a new driver is taken, or why not: its device key has brought too many, or there are too many in all. */
export type Admission = 'taken' | 'key' | 'all';
const ADMISSIONS: readonly Admission[] = ['taken', 'key', 'all'];

/** The new drivers of the last hours, the same for all instances. */
@Injectable()
export class AdmittedDrivers {
  private readonly admitScript: RedisScript<(0 | 1 | 2)[]>;

  constructor(
    @Inject(REDIS) private readonly redis: RedisClient,
    @Inject(API_CONFIG)
    private readonly config: Pick<ApiConfig, 'FLEET_DRIVERS' | 'NEW_DRIVERS_PER_KEY_HOUR'>,
  ) {
    this.admitScript = new RedisScript(redis, 'admitDrivers', admitDriversLua);
  }

  /** How many drivers there may be, whichever keys they come by. */
  get mostDrivers(): number {
    return LARGEST_FLEET * this.config.FLEET_DRIVERS;
  }

  /**
   * Takes new drivers as far as there is room for them. One that was taken in this hour or the one before, by whichever
   * instance, is taken again and not counted.
   *
   * @param reporterId by whom they are counted
   * @param driverIds each once
   * @param knownDrivers how many this instance knows; the one that is asked first in an hour counts
   * @param nowMs only tests pass it
   * @returns of each driver, in order, what becomes of it
   * @throws the error of Redis while it is away
   */
  async admit(
    reporterId: string,
    driverIds: readonly string[],
    knownDrivers: number,
    nowMs = Date.now(),
  ): Promise<Admission[]> {
    const { FLEET_DRIVERS, NEW_DRIVERS_PER_KEY_HOUR } = this.config;
    const hour = Math.floor(nowMs / HOUR_MS);
    const verdicts = await this.admitScript.run(
      [driversKey(hour), driversKey(hour - 1), countsKey(hour)],
      [
        KEPT_MS,
        knownDrivers,
        FLEET_DRIVERS,
        NEW_DRIVERS_PER_KEY_HOUR,
        this.mostDrivers,
        `by:${reporterId}`,
        ...driverIds.map(digestOf),
      ],
    );
    return verdicts.map((code) => ADMISSIONS[code] ?? 'taken');
  }

  /**
   * Forgets drivers, so that they are new again, and counts those that are known anew.
   *
   * @param nowMs only tests pass it
   * @throws the error of Redis while it is away
   */
  async forget(driverIds: readonly string[], nowMs = Date.now()): Promise<void> {
    if (driverIds.length === 0) return;
    const hour = Math.floor(nowMs / HOUR_MS);
    const digests = driverIds.map(digestOf);
    await this.redis
      .multi()
      .srem(driversKey(hour), digests)
      .srem(driversKey(hour - 1), digests)
      .hdel(countsKey(hour), 'known', 'taken')
      .exec();
  }
}

/** Until new drivers are counted anew. @param nowMs only tests pass it */
export const untilNextHourSeconds = (nowMs = Date.now()): number =>
  Math.ceil((HOUR_MS - (nowMs % HOUR_MS)) / 1_000);

const driversKey = (hour: number): string => `${REDIS_PREFIX}:new-drivers:${hour}`;
const countsKey = (hour: number): string => `${REDIS_PREFIX}:new-driver-counts:${hour}`;
const digestOf = (driverId: string): Buffer => hash('sha256', driverId, 'buffer').subarray(0, DIGEST_BYTES);
