import { Component, computed, inject, input, output } from '@angular/core';
import { MatIcon } from '@angular/material/icon';
import { LiveFeed } from '../../feed/live-feed';
import { formatRoughDuration } from '../../time/duration';
import { clockFault } from '../../feed/clock-fault';
import { type LiveDriver, silentForMs } from '../../feed/driver-list';
import { InView } from './in-view';
import { SpeedChart } from './speed-chart';

/** What is known of one driver now. */
@Component({
  selector: 'dw-driver-card',
  imports: [InView, MatIcon, SpeedChart],
  templateUrl: './driver-card.html',
  styleUrl: './driver-card.scss',
})
export class DriverCard {
  protected readonly feed = inject(LiveFeed);
  readonly driver = input.required<LiveDriver>();
  /** Emits when the card is scrolled into view or out of it. */
  readonly inViewChange = output<boolean>();

  protected readonly clockFault = computed(() => clockFault(this.driver(), this.feed.timeFormat()));
  protected readonly silence = computed(() => {
    const silentMs = silentForMs(this.driver(), this.feed.asOfMs());
    return silentMs === null ? null : formatRoughDuration(silentMs);
  });
}
