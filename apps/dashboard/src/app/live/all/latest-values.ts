import { Component, inject, input } from '@angular/core';
import { MatIcon } from '@angular/material/icon';
import { LiveFeed } from '../../feed/live-feed';
import { clockFault } from '../../feed/clock-fault';
import type { LiveDriver } from '../../feed/driver-list';
import { LineSample } from './line-sample';

/** The chart's newest values as a table: for screen readers, and for people who want the number. */
@Component({
  selector: 'dw-latest-values',
  imports: [LineSample, MatIcon],
  template: `
    <details>
      <summary>Latest values as a table</summary>
      <table aria-label="Latest values">
        <thead>
          <tr>
            <th scope="col">Driver</th>
            <th scope="col">Plate</th>
            <th scope="col" class="speed">Speed (km/h)</th>
            <th scope="col">Time ({{ feed.timeZone() }})</th>
          </tr>
        </thead>
        <tbody>
          @for (driver of drivers(); track driver.id) {
            <tr>
              <th scope="row">
                <dw-line-sample [driverId]="driver.id" /> {{ driver.name }}
                @if (driver.alert; as alert) {
                  @if (alert.unconfirmedSinceMs === null) {
                    <span class="speeding"><mat-icon svgIcon="warning" aria-hidden="true" /> speeding</span>
                  } @else {
                    <span class="unconfirmed">
                      <mat-icon svgIcon="silent" aria-hidden="true" /> speeding, unconfirmed
                    </span>
                  }
                }
                @if (faultOf(driver); as fault) {
                  <span class="clock-fault"><mat-icon svgIcon="clock" aria-hidden="true" /> {{ fault }}</span>
                }
              </th>
              <td>{{ driver.plateNumber || '–' }}</td>
              <td class="speed">{{ driver.latest?.y ?? '–' }}</td>
              <td>{{ driver.latest ? feed.timeFormat().dateTime(driver.latest.x) : '–' }}</td>
            </tr>
          }
        </tbody>
      </table>
    </details>
  `,
  styles: `
    details {
      margin-top: 16px;
      padding: 0 20px;
      border: 1px solid var(--dw-line);
      border-radius: var(--dw-radius-m);
      background: var(--dw-surface);
    }
    summary {
      padding: 12px 0;
      border-radius: 4px;
      font-weight: 600;
      cursor: pointer;
    }
    table {
      width: 100%;
      margin-bottom: 12px;
      border-collapse: collapse;
      font-variant-numeric: tabular-nums;
    }
    th,
    td {
      padding: 8px 12px 8px 0;
      border-top: 1px solid var(--dw-line);
      text-align: left;
    }
    thead th {
      color: var(--dw-text-soft);
      font-size: 0.8125rem;
      font-weight: 600;
    }
    tbody th {
      font-weight: 600;
      overflow-wrap: anywhere;
    }
    .speed {
      padding-right: 24px;
      text-align: right;
    }
    td:not(.speed) {
      overflow-wrap: anywhere;
    }
    .speeding,
    .unconfirmed,
    .clock-fault {
      white-space: nowrap;
      display: inline-flex;
      align-items: center;
      gap: 4px;
      margin-inline-end: 8px;
      color: var(--dw-alert-text);
      font-size: 0.8125rem;
    }
    mat-icon {
      flex: none;
      width: 16px;
      height: 16px;
    }
    @media (max-width: 620px) {
      details {
        padding: 0 12px;
        font-size: 0.8125rem;
      }
      th,
      td {
        padding-right: 8px;
      }
      .speed {
        padding-right: 10px;
      }
      .clock-fault {
        white-space: normal;
      }
    }
    .unconfirmed,
    .clock-fault {
      color: var(--dw-warn-text);
    }
  `,
})
export class LatestValues {
  protected readonly feed = inject(LiveFeed);
  readonly drivers = input.required<readonly LiveDriver[]>();

  protected faultOf(driver: LiveDriver): string | null {
    return clockFault(driver, this.feed.timeFormat());
  }
}
