import { setTimeout as wait } from 'node:timers/promises';
import type { ApiConfig } from '@drivewatch/config';
import { type DeviceRecordId, DeviceRecordIdRepository } from '@drivewatch/persistence';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { API_CONFIG } from '../../config.module';

/** How long PostgreSQL is not asked again after it failed to answer in time. */
const PAUSE_MS = 5_000;

/** Asks the store about chosen ids, and gives up unless it answers quickly. */
@Injectable()
export class StoredIds implements OnApplicationBootstrap {
  private readonly logger = new Logger(StoredIds.name);
  private pausedUntilMs = -Infinity;

  constructor(
    private readonly repository: DeviceRecordIdRepository,
    @Inject(API_CONFIG) private readonly config: Pick<ApiConfig, 'ID_LOOKUP_TIMEOUT_MS'>,
  ) {}

  /** Connects early; otherwise the first record would have to wait for that. */
  onApplicationBootstrap(): void {
    this.repository.find([NO_ID]).catch(() => undefined);
  }

  /**
   * Looks ids up in PostgreSQL. Never rejects, because records are taken even while PostgreSQL is away.
   *
   * @param ids at least one
   * @returns what is stored under them, or `null` when PostgreSQL did not say
   */
  async find(ids: readonly string[]): Promise<ReadonlyMap<string, DeviceRecordId> | null> {
    if (performance.now() < this.pausedUntilMs) return null;
    const tooLong = new AbortController();
    try {
      const limit = wait(this.config.ID_LOOKUP_TIMEOUT_MS, undefined, { signal: tooLong.signal }).then(() => {
        throw new Error(`no answer within ${this.config.ID_LOOKUP_TIMEOUT_MS} ms`);
      });
      return await Promise.race([this.repository.find(ids), limit]);
    } catch (error) {
      // Several lookups may fail at the same time; only the first one logs it.
      if (performance.now() >= this.pausedUntilMs)
        this.logger.warn(
          `For a while, reused ids are found only when their records are stored: ${String(error)}`,
        );
      this.pausedUntilMs = performance.now() + PAUSE_MS;
      return null;
    } finally {
      tooLong.abort();
    }
  }
}

/** The nil UUID (RFC 9562), which is the id of no record. */
const NO_ID = '00000000-0000-0000-0000-000000000000';
