import { PAST_ALERTS_KEPT } from '@drivewatch/contracts';
import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import { LiveFeed } from '../feed/live-feed';
import { listAlerts } from './alert-list';
import { AlertTable } from './alert-table';

/** How many active alerts are shown at first, and how many "show more" adds. */
const ROWS_AT_ONCE = 50;

@Component({
  selector: 'dw-alerts-page',
  imports: [AlertTable, MatButton, MatIcon],
  template: `
    <div class="dw-page-head">
      <h1>Alerts</h1>
      <p>Spells of overspeeding; times are {{ feed.timeZone() }}.</p>
    </div>
    <section aria-labelledby="active-heading">
      <h2 id="active-heading">
        Active <span class="count">{{ activeCount() }}</span>
      </h2>
      @if (rows().active.length > 0) {
        <dw-alert-table labelledBy="active-heading" [rows]="rows().active" />
        @if (rows().active.length < activeCount()) {
          <p class="limit">
            The newest {{ rows().active.length }} of {{ activeCount() }}.
            <button matButton type="button" (click)="showMore()">Show {{ more() }} more</button>
          </p>
        }
      } @else {
        <p class="none"><mat-icon svgIcon="check" aria-hidden="true" /> Nobody is overspeeding.</p>
      }
    </section>
    <section aria-labelledby="past-heading">
      <h2 id="past-heading">
        Past <span class="count">{{ rows().past.length }}</span>
      </h2>
      @if (rows().past.length > 0) {
        <dw-alert-table labelledBy="past-heading" [rows]="rows().past" />
        @if (rows().past.length === kept) {
          <p class="limit">The last {{ kept }} are kept here.</p>
        }
      } @else {
        <p class="none">No alert has ended yet.</p>
      }
    </section>
  `,
  styles: `
    section {
      margin-top: 28px;
    }
    h2 {
      display: flex;
      align-items: center;
      gap: 10px;
      margin: 0 0 12px;
    }
    .count {
      min-width: 26px;
      padding: 1px 8px;
      border-radius: 999px;
      background: var(--dw-quiet-ground);
      color: var(--dw-text-soft);
      font-size: 0.8125rem;
      text-align: center;
    }
    .none {
      display: flex;
      align-items: center;
      gap: 8px;
      margin: 0;
      padding: 18px 20px;
      border: 1px dashed var(--dw-control-line);
      border-radius: var(--dw-radius-m);
      color: var(--dw-text-soft);
    }
    .limit {
      color: var(--dw-text-soft);
      font-size: 0.875rem;
    }
  `,
})
export class AlertsPage {
  protected readonly feed = inject(LiveFeed);
  protected readonly kept = PAST_ALERTS_KEPT;
  private readonly shown = signal(ROWS_AT_ONCE);
  protected readonly rows = computed(() =>
    listAlerts(this.feed.alerts(), this.feed.tracks(), this.feed.timeFormat(), this.shown()),
  );
  protected readonly activeCount = computed(() => this.feed.alerts().active.length);
  protected readonly more = computed(() => Math.min(ROWS_AT_ONCE, this.activeCount() - this.shown()));

  protected showMore(): void {
    this.shown.update((shown) => shown + ROWS_AT_ONCE);
  }
}
