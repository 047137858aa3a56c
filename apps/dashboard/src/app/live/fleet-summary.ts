import { Component, computed, inject } from '@angular/core';
import { MatIcon } from '@angular/material/icon';
import { DriverSearch } from './driver-search';
import { FleetView } from './fleet-view';

/** Shows how many drivers there are, how many are speeding, and how many are silent. */
@Component({
  selector: 'dw-fleet-summary',
  imports: [MatIcon],
  template: `
    <span>{{ count() }}</span>
    @if (fleet.speedingCount(); as speeding) {
      <span class="speeding"><mat-icon svgIcon="warning" aria-hidden="true" /> {{ speeding }} speeding</span>
    }
    @if (fleet.silentCount(); as silent) {
      <span class="silent"><mat-icon svgIcon="silent" aria-hidden="true" /> {{ silent }} silent</span>
    }
    @if (fleet.clockFaultCount(); as faults) {
      <span class="clock-faults">
        <mat-icon svgIcon="clock" aria-hidden="true" />
        {{ faults === 1 ? '1 wrong clock' : faults + ' wrong clocks' }}
      </span>
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 4px 16px;
      color: var(--dw-text-soft);
    }
    span {
      display: inline-flex;
      align-items: center;
      gap: 6px;
    }
    mat-icon {
      width: 18px;
      height: 18px;
    }
    .speeding {
      color: var(--dw-alert-text);
      font-weight: 600;
    }
    .silent,
    .clock-faults {
      color: var(--dw-warn-text);
      font-weight: 600;
    }
  `,
})
export class FleetSummary {
  protected readonly fleet = inject(FleetView);
  private readonly search = inject(DriverSearch);

  protected readonly count = computed(() => {
    const all = this.fleet.all().length;
    const drivers = all === 1 ? '1 driver' : `${all} drivers`;
    return this.search.text().trim() === '' ? drivers : `${this.fleet.found().length} of ${drivers} found`;
  });
}
