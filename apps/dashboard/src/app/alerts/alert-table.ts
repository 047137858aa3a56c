import { Component, input } from '@angular/core';
import { MatIcon } from '@angular/material/icon';
import type { AlertRow } from './alert-list';

@Component({
  selector: 'dw-alert-table',
  imports: [MatIcon],
  template: `
    <table [attr.aria-labelledby]="labelledBy()">
      <thead>
        <tr>
          <th scope="col">Driver</th>
          <th scope="col" class="plate">Plate</th>
          <th scope="col">Start</th>
          <th scope="col">End</th>
          <th scope="col" class="duration">Duration</th>
        </tr>
      </thead>
      <tbody>
        @for (row of rows(); track row.key) {
          <tr [class.active]="row.endTime === null">
            <th scope="row">
              {{ row.driverId }}
              <span class="plate-below">{{ row.plateNumber }}</span>
              @if (row.clockFault; as fault) {
                <span class="clock-fault"><mat-icon svgIcon="clock" aria-hidden="true" /> {{ fault }}</span>
              }
            </th>
            <td class="plate">{{ row.plateNumber || '–' }}</td>
            <td>
              <span class="date">{{ row.startDate }}</span> {{ row.startTime }}
            </td>
            <td>
              @if (row.endTime === null) {
                @if (row.isUnconfirmed) {
                  <span class="unconfirmed"
                    ><mat-icon svgIcon="silent" aria-hidden="true" /> Unconfirmed</span
                  >
                } @else {
                  <span class="speeding"><mat-icon svgIcon="warning" aria-hidden="true" /> Speeding</span>
                }
              } @else {
                @if (row.isEndUnknown) {
                  <span class="end-unknown"
                    ><mat-icon svgIcon="silent" aria-hidden="true" /> End unknown,</span
                  >
                  last record at
                }
                @if (!row.isEndUnknown || row.endDate !== row.startDate) {
                  <span class="date" [class.repeated]="row.endDate === row.startDate">{{ row.endDate }}</span>
                }
                {{ row.endTime }}
              }
            </td>
            <td class="duration">
              @if (row.duration === null) {
                –
              } @else {
                @if (row.isEndUnknown) {
                  <span class="date">at least</span>
                }
                {{ row.duration }}
                @if (row.endTime === null) {
                  <span class="date">so far</span>
                }
              }
            </td>
          </tr>
        }
      </tbody>
    </table>
  `,
  styleUrl: './alert-table.scss',
})
export class AlertTable {
  readonly rows = input.required<readonly AlertRow[]>();
  /** The id of the heading that names the table. */
  readonly labelledBy = input.required<string>();
}
