import { BreakpointObserver } from '@angular/cdk/layout';
import type { OverspeedAlert } from '@drivewatch/contracts';
import { computed, inject, linkedSignal, Service } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { map } from 'rxjs';
import { alertKey } from '../feed/alert-changes';
import { LiveFeed } from '../feed/live-feed';

/** More toasts would hide the page that they are about; the rest is one link away. */
const SHOWN_AT_MOST = 5;
const SHOWN_AT_MOST_ON_A_PHONE = 2;

/** The toasts: one for each active alert, newest first, until its driver stops or the user dismisses it. */
@Service()
export class ToastQueue {
  private readonly feed = inject(LiveFeed);
  private readonly limit = toSignal(
    inject(BreakpointObserver)
      .observe('(max-width: 620px)')
      .pipe(map(({ matches }) => (matches ? SHOWN_AT_MOST_ON_A_PHONE : SHOWN_AT_MOST))),
    { initialValue: SHOWN_AT_MOST },
  );
  /** A dismissal is forgotten when its alert ends, so that the set does not grow all day. */
  private readonly dismissed = linkedSignal<readonly OverspeedAlert[], ReadonlySet<string>>({
    source: () => this.feed.alerts().active,
    computation: (active, previous) => {
      const before = previous?.value ?? new Set<string>();
      return new Set(active.map(alertKey).filter((key) => before.has(key)));
    },
  });
  private readonly waiting = computed(() =>
    this.feed
      .alerts()
      .active.filter((alert) => !this.dismissed().has(alertKey(alert)))
      .sort((a, b) => b.startedAtMs - a.startedAtMs || a.driverId.localeCompare(b.driverId)),
  );

  readonly shown = computed(() => this.waiting().slice(0, this.limit()));
  /** How many more toasts there are. */
  readonly moreCount = computed(() => this.waiting().length - this.shown().length);

  /** Removes a toast; the alert itself goes on. */
  dismiss(alert: OverspeedAlert): void {
    this.dismissed.update((keys) => new Set(keys).add(alertKey(alert)));
  }
}
