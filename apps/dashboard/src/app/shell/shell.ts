import { Component, computed, type ElementRef, inject, viewChild } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatIconButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import { NavigationEnd, Router, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { filter, map } from 'rxjs';
import { Session } from '../access/session';
import { UserMenu } from '../access/user-menu';
import { AlertToasts } from '../alerts/alert-toasts';
import { ToastQueue } from '../alerts/toast-queue';
import { LiveFeed } from '../feed/live-feed';
import { ServerClock } from '../feed/server-clock';
import { DriverSearch } from '../live/driver-search';
import { ConnectionStatus } from './connection-status';
import { Theme } from '../charts/theme';

/** What stays on the screen whichever page is shown: top bar, offline notice, alert toasts. */
@Component({
  selector: 'dw-shell',
  imports: [
    AlertToasts,
    ConnectionStatus,
    MatIcon,
    MatIconButton,
    RouterLink,
    RouterLinkActive,
    RouterOutlet,
    UserMenu,
  ],
  templateUrl: './shell.html',
  styleUrls: ['./shell.scss', './shell-narrow.scss'],
})
export class Shell {
  private readonly router = inject(Router);
  private readonly clock = inject(ServerClock);
  protected readonly session = inject(Session);
  protected readonly feed = inject(LiveFeed);
  protected readonly search = inject(DriverSearch);
  protected readonly theme = inject(Theme);
  private readonly toasts = inject(ToastQueue);
  private readonly main = viewChild.required<ElementRef<HTMLElement>>('main');
  private readonly url = toSignal(
    this.router.events.pipe(
      filter((event) => event instanceof NavigationEnd),
      map((event) => event.urlAfterRedirects),
    ),
    { initialValue: this.router.url },
  );

  protected readonly activeAlerts = computed(() => this.feed.alerts().active.length);
  protected readonly searchable = computed(() => this.url().startsWith('/live'));
  protected readonly hasToasts = computed(() => this.toasts.shown().length > 0);
  protected readonly fleetTime = computed(() => this.feed.timeFormat().minute(this.clock.nowMs()));
  protected readonly heldAsOf = computed(() => {
    const lastDataMs = this.feed.lastDataMs();
    if (this.feed.connection() === 'live' || lastDataMs === null) return null;
    return this.feed.timeFormat().dateTime(lastDataMs);
  });

  /** Scrolls by script, because a plain `#main` link would resolve against `<base href>` and leave the page. */
  protected skipToContent(event: Event): void {
    event.preventDefault();
    this.focusContent();
  }

  protected focusContent(): void {
    this.main().nativeElement.focus();
  }

  protected searchFor(event: Event): void {
    if (event.target instanceof HTMLInputElement) this.search.text.set(event.target.value);
  }
}
