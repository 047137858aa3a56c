import type { ApiConfig } from '@drivewatch/config';
import { Inject, Injectable } from '@nestjs/common';
import type { TickPosition } from '@drivewatch/persistence';
import { API_CONFIG } from '../config.module';

/** So many periods late, ticks have stopped: one that is late by less may be the pause of a busy database. */
const OVERDUE_PERIODS = 2;

/** Knows how late the next tick of this instance is, whatever keeps it: an error, a query without an end, a lost timer. */
@Injectable()
export class TickWatch {
  private readonly periodMs: number;
  private lastMs = performance.now();
  private position: Pick<TickPosition, 'nowMs' | 'waitingSinceMs' | 'isAheadOfRecords'> | null = null;

  constructor(@Inject(API_CONFIG) { TICK_SECONDS }: Pick<ApiConfig, 'TICK_SECONDS'>) {
    this.periodMs = TICK_SECONDS * 1_000;
  }

  /** All that there was to be sent has been sent. @param position as of this tick */
  noteTick(position: Pick<TickPosition, 'nowMs' | 'waitingSinceMs' | 'isAheadOfRecords'>): void {
    this.lastMs = performance.now();
    this.position = position;
  }

  /** Age of the oldest stored record that the last tick left out, when it was made; 0 where it left out none. */
  lagMs(): number {
    const { nowMs, waitingSinceMs } = this.position ?? { nowMs: 0, waitingSinceMs: null };
    return waitingSinceMs === null ? 0 : Math.max(0, nowMs - waitingSinceMs);
  }

  /** Whether ticks come and leave out what was stored long ago. */
  get isLagging(): boolean {
    return this.lagMs() > OVERDUE_PERIODS * this.periodMs;
  }

  /** Whether the ticks are ahead of the records, so that what is stored next is in none. */
  get isAheadOfRecords(): boolean {
    return this.position?.isAheadOfRecords === true;
  }

  /** For how long a tick has been due; 0 while none is. Before the first one, counted from the start. */
  overdueMs(): number {
    return Math.max(0, performance.now() - this.lastMs - this.periodMs);
  }

  get isOverdue(): boolean {
    return this.overdueMs() > OVERDUE_PERIODS * this.periodMs;
  }
}
