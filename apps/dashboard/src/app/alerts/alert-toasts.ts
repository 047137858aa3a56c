import type { OverspeedAlert } from '@drivewatch/contracts';
import { afterNextRender, Component, ElementRef, inject, Injector, output } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import { RouterLink } from '@angular/router';
import { alertKey } from '../feed/alert-changes';
import { LiveFeed } from '../feed/live-feed';
import { ToastQueue } from './toast-queue';

/** The stack of alert toasts at the lower right; the page's only assertive live regions. */
@Component({
  selector: 'dw-alert-toasts',
  imports: [MatIcon, MatIconButton, RouterLink],
  template: `
    @for (alert of queue.shown(); track keyOf(alert)) {
      <div class="toast" role="alert">
        <mat-icon svgIcon="warning" aria-hidden="true" />
        <p>
          <strong>{{ alert.driverId }}</strong>
          {{ alert.unconfirmedSinceMs === null ? 'is overspeeding' : 'was overspeeding, unconfirmed' }}
          <span class="since">since {{ feed.timeFormat().time(alert.startedAtMs) }}</span>
        </p>
        <button
          matIconButton
          type="button"
          [attr.aria-label]="'Dismiss alert of ' + alert.driverId"
          (click)="dismiss(alert)"
        >
          <mat-icon svgIcon="close" aria-hidden="true" />
        </button>
      </div>
    }
    @if (queue.moreCount() > 0) {
      <a class="more" routerLink="/alerts">+{{ queue.moreCount() }} more</a>
    }
  `,
  styleUrl: './alert-toasts.scss',
})
export class AlertToasts {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly injector = inject(Injector);
  protected readonly queue = inject(ToastQueue);
  protected readonly feed = inject(LiveFeed);
  /** Emits when the user has dismissed the last toast, and with it the button that had the focus. */
  readonly lastDismissed = output();
  protected readonly keyOf = alertKey;

  protected dismiss(alert: OverspeedAlert): void {
    this.queue.dismiss(alert);
    afterNextRender(
      () => {
        const next = this.host.nativeElement.querySelector('button');
        if (next) next.focus();
        else this.lastDismissed.emit();
      },
      { injector: this.injector },
    );
  }
}
