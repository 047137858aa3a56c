import { hash } from 'node:crypto';
import type { ApiConfig } from '@drivewatch/config';
import { REDIS, REDIS_PREFIX, type RedisClient, RedisScript } from '@drivewatch/redis';
import { Inject, Injectable } from '@nestjs/common';
import { API_CONFIG } from '../../config.module';
import admitDriversLua from './admit-drivers-3.lua';

const HOUR_MS = 3_600_000;
/** The drivers of an hour are looked up until the end of the next hour; clocks may differ a little. */
const KEPT_MS = 2 * HOUR_MS + 10_000;
/** How many drivers all device keys together may bring, as a multiple of the fleet. */
const LARGEST_FLEET = 2;
/**
 * 128 bits tell a driver from all others whatever the script and length of the name, so the memory needed is known in
 * advance.
 */
const DIGEST_BYTES = 16;

/** Whether a new driver is taken, or why not: its device key has brought too many, or there are too many in all. */
export type Admission = 'taken' | 'key' | 'all';
const ADMISSIONS: readonly Admission[] = ['taken', 'key', 'all'];

/** The new drivers of the last hours, shared by all instances. */
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

  /** How many drivers there may be, whichever keys bring them. */
  get mostDrivers(): number {
    return LARGEST_FLEET * this.config.FLEET_DRIVERS;
  }

  /**
   * Takes new drivers as far as there is room for them. A driver taken in this hour or the one before, by whichever
   * instance, is taken again without being counted.
   *
   * @param reporterId the reporter whom the drivers count for
   * @param driverIds each driver once
   * @param knownDrivers how many this instance knows; what the first caller of an hour says counts
   * @param nowMs only tests pass it
   * @returns the admission of each driver, in the same order
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
   * Forgets drivers, so that they are new again, and counts the known ones anew.
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

/** Returns the time until new drivers are counted from zero. @param nowMs only tests pass it */
export const untilNextHourSeconds = (nowMs = Date.now()): number =>
  Math.ceil((HOUR_MS - (nowMs % HOUR_MS)) / 1_000);

const driversKey = (hour: number): string => `${REDIS_PREFIX}:new-drivers:${hour}`;
const countsKey = (hour: number): string => `${REDIS_PREFIX}:new-driver-counts:${hour}`;
const digestOf = (driverId: string): Buffer => hash('sha256', driverId, 'buffer').subarray(0, DIGEST_BYTES);
