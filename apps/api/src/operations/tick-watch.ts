import type { ApiConfig } from '@drivewatch/config';
import { Inject, Injectable } from '@nestjs/common';
import { API_CONFIG } from '../config.module';

/** So many periods late, ticks have stopped: one that is late by less may be the pause of a busy database. */
const OVERDUE_PERIODS = 2;

/** Knows how late the next tick of this instance is, whatever keeps it: an error, a query without an end, a lost timer. */
@Injectable()
export class TickWatch {
  private readonly periodMs: number;
  private lastMs = performance.now();

  constructor(@Inject(API_CONFIG) { TICK_SECONDS }: Pick<ApiConfig, 'TICK_SECONDS'>) {
    this.periodMs = TICK_SECONDS * 1_000;
  }

  /** All that there was to be sent has been sent. */
  noteTick(): void {
    this.lastMs = performance.now();
  }

  /** For how long a tick has been due; 0 while none is. Before the first one, counted from the start. */
  overdueMs(): number {
    return Math.max(0, performance.now() - this.lastMs - this.periodMs);
  }

  get isOverdue(): boolean {
    return this.overdueMs() > OVERDUE_PERIODS * this.periodMs;
  }
}
