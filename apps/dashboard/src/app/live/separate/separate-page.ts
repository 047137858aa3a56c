import { Component, computed, inject, signal } from '@angular/core';
import { DriverSearch } from '../driver-search';
import { FleetSummary } from '../fleet-summary';
import { FleetView } from '../fleet-view';
import { LineStyles } from '../../charts/line-styles';
import { WaitingForRecords } from '../waiting-for-records';
import { DriverCard } from './driver-card';

/** A card for each driver. */
@Component({
  selector: 'dw-separate-page',
  imports: [DriverCard, FleetSummary, WaitingForRecords],
  template: `
    @if (fleet.all().length === 0) {
      <dw-waiting-for-records />
    } @else {
      <div class="dw-page-head">
        <h1>Drivers</h1>
        <dw-fleet-summary />
      </div>
      @if (fleet.found().length === 0) {
        <p>No driver or plate matches “{{ search.text() }}”.</p>
      }
      <ul role="list">
        @for (driver of fleet.found(); track driver.id) {
          <li><dw-driver-card [driver]="driver" (inViewChange)="noteInView(driver.id, $event)" /></li>
        }
      </ul>
    }
  `,
  styles: `
    ul {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr));
      gap: 16px;
      margin: 0;
      padding: 0;
      list-style: none;
    }
    /* Spares the browser the layout of cards that are far away; there may be hundreds. */
    li {
      content-visibility: auto;
      contain-intrinsic-size: auto 268px;
    }
  `,
})
export class SeparatePage {
  protected readonly fleet = inject(FleetView);
  protected readonly search = inject(DriverSearch);
  private readonly inView = signal<ReadonlySet<string>>(new Set());

  constructor() {
    // There may be thousands of cards; those in view have to differ, because they can be compared.
    inject(LineStyles).follow(
      computed(() => {
        const inView = this.inView();
        // A card that the search removes does not report that it left.
        return this.fleet.found().flatMap(({ id }) => (inView.has(id) ? [id] : []));
      }),
    );
  }

  protected noteInView(driverId: string, isInView: boolean): void {
    this.inView.update((before) => {
      if (before.has(driverId) === isInView) return before;
      const after = new Set(before);
      if (isInView) after.add(driverId);
      else after.delete(driverId);
      return after;
    });
  }
}
