import { computed, inject, Service } from '@angular/core';
import { LiveFeed } from '../feed/live-feed';
import { DriverSearch } from './driver-search';
import { listDrivers, matchesSearch, silentForMs } from '../feed/driver-list';

/** What the live pages have in common: the drivers in order, and those that the search finds. */
@Service()
export class FleetView {
  private readonly feed = inject(LiveFeed);
  private readonly search = inject(DriverSearch);

  readonly all = computed(() => listDrivers(this.feed.tracks(), this.feed.alerts().active));
  readonly found = computed(() => this.all().filter((driver) => matchesSearch(driver, this.search.text())));
  readonly speedingCount = computed(() => this.feed.alerts().active.length);
  readonly silentCount = computed(() => {
    const asOfMs = this.feed.asOfMs();
    return this.all().filter((driver) => silentForMs(driver, asOfMs) !== null).length;
  });
  /** How many drivers' devices have a wrong clock. */
  readonly clockFaultCount = computed(
    () => this.all().filter(({ deviceClockMs }) => deviceClockMs !== null).length,
  );
}
