import type { ApiConfig } from '@drivewatch/config';
import type { AcceptedRecord, Rejection } from '@drivewatch/contracts';
import { RepeatedWarning } from '@drivewatch/redis';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Reporter } from '../../access/reporter';
import { API_CONFIG } from '../../config.module';
import { LiveSpeedsService } from '../../live-speeds/live-speeds.service';
import { QueueUnavailableError, tooManyNewDrivers } from '../ingestion-errors';
import { AdmittedDrivers } from './admitted-drivers';

/** How many drivers are remembered that were taken here and are in no tick yet; those forgotten are asked for again. */
const MOST_REMEMBERED = 100_000;

type Reason = Omit<Rejection, 'index'>;

/**
 * Limits how many drivers there can be of whom no record has come before (docs/adr/0026): each takes memory here and on
 * every page. Drivers in the live picture are known and cost one look there; any other costs one step in Redis, once.
 */
@Injectable()
export class NewDrivers {
  private readonly warning = new RepeatedWarning(new Logger(NewDrivers.name));
  private readonly taken = new Set<string>();

  constructor(
    private readonly speeds: LiveSpeedsService,
    private readonly admitted: AdmittedDrivers,
    @Inject(API_CONFIG)
    private readonly config: Pick<ApiConfig, 'FLEET_DRIVERS' | 'NEW_DRIVERS_PER_KEY_HOUR'>,
  ) {}

  /**
   * Tells whether a driver needs no check. That holds for keys limited to some drivers, which cannot bring others, and
   * while PostgreSQL has not said yet who is known.
   */
  isKnown({ isFleet }: Reporter, driverId: string): boolean {
    const { speeds, taken } = this;
    return !isFleet || speeds.has(driverId) || taken.has(driverId) || !speeds.isLoaded;
  }

  /**
   * Takes the new drivers of some records, as far as there is room.
   *
   * @returns the records whose drivers are not taken, and why
   * @throws QueueUnavailableError while Redis, and so the queue, does not answer
   */
  async refusedAmong(
    reporter: Reporter,
    records: readonly AcceptedRecord[],
  ): Promise<ReadonlyMap<AcceptedRecord, Reason>> {
    const unknown = records.filter(({ driverId }) => !this.isKnown(reporter, driverId));
    if (unknown.length === 0) return NONE;
    const driverIds = [...new Set(unknown.map(({ driverId }) => driverId))];
    const reasons = await this.admit(reporter, driverIds);
    if (reasons.size === 0) return NONE;
    this.warning.say(`New drivers are refused: ${[...reasons.values()][0]?.errors[0]?.message}`);
    return new Map(
      unknown.flatMap((record) => {
        const reason = reasons.get(record.driverId);
        return reason === undefined ? [] : [[record, reason] as const];
      }),
    );
  }

  /** Makes drivers that were removed from the live picture new again. @throws the error of Redis while it is away */
  async forget(driverIds: readonly string[]): Promise<void> {
    for (const driverId of driverIds) this.taken.delete(driverId);
    await this.admitted.forget(driverIds);
  }

  private async admit({ id }: Reporter, driverIds: readonly string[]): Promise<Map<string, Reason>> {
    const { speeds, admitted, taken, config } = this;
    const admissions = await admitted.admit(id, driverIds, speeds.driverCount).catch((cause: unknown) => {
      throw new QueueUnavailableError('Redis did not say whether a new driver is taken', { cause });
    });
    const reasons = new Map<string, Reason>();
    if (taken.size > MOST_REMEMBERED) taken.clear();
    for (const [index, driverId] of driverIds.entries()) {
      const admission = admissions[index];
      if (admission === 'key' || admission === 'all')
        reasons.set(
          driverId,
          tooManyNewDrivers(driverId, admission, { ...config, most: admitted.mostDrivers }),
        );
      else taken.add(driverId);
    }
    return reasons;
  }
}

const NONE: ReadonlyMap<AcceptedRecord, Reason> = new Map();
