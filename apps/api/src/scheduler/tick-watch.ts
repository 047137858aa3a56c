import type { ApiConfig } from '@drivewatch/config';
import { Inject, Injectable } from '@nestjs/common';
import type { TickPosition } from '@drivewatch/persistence';
import { API_CONFIG } from '../config.module';

/**
 * Ticks count as stopped when one is late by this many periods; a shorter delay may be the pause of a busy database.
 */
const OVERDUE_PERIODS = 2;

/**
 * Knows how late the next tick of this instance is, whatever delays it: an error, a query that never ends, a lost
 * timer.
 */
@Injectable()
export class TickWatch {
  private readonly periodMs: number;
  private lastMs = performance.now();
  private position: Pick<TickPosition, 'nowMs' | 'waitingSinceMs' | 'isAheadOfRecords'> | null = null;

  constructor(@Inject(API_CONFIG) { TICK_SECONDS }: Pick<ApiConfig, 'TICK_SECONDS'>) {
    this.periodMs = TICK_SECONDS * 1_000;
  }

  /** Notes that everything there was to send has been sent. @param position as of this tick */
  noteTick(position: Pick<TickPosition, 'nowMs' | 'waitingSinceMs' | 'isAheadOfRecords'>): void {
    this.lastMs = performance.now();
    this.position = position;
  }

  /**
   * Returns the age, when the last tick was made, of the oldest stored record that it left out; 0 if it left out none.
   */
  lagMs(): number {
    const { nowMs, waitingSinceMs } = this.position ?? { nowMs: 0, waitingSinceMs: null };
    return waitingSinceMs === null ? 0 : Math.max(0, nowMs - waitingSinceMs);
  }

  /** Whether ticks are made but leave out what was stored long ago. */
  get isLagging(): boolean {
    return this.lagMs() > OVERDUE_PERIODS * this.periodMs;
  }

  /** Whether the ticks are ahead of the records, so that records stored next are in no tick. */
  get isAheadOfRecords(): boolean {
    return this.position?.isAheadOfRecords === true;
  }

  /** Returns how long a tick has been due; 0 while none is. Before the first one, the time counts from the start. */
  overdueMs(): number {
    return Math.max(0, performance.now() - this.lastMs - this.periodMs);
  }

  get isOverdue(): boolean {
    return this.overdueMs() > OVERDUE_PERIODS * this.periodMs;
  }
}
