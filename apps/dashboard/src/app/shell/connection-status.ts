import { Component, computed, input } from '@angular/core';
import { MatIcon } from '@angular/material/icon';
import type { ConnectionState } from '../feed/live-feed';

const TEXTS: Readonly<Record<ConnectionState, string>> = {
  connecting: 'Connecting…',
  live: 'Live',
  offline: 'Offline — reconnecting…',
  displaced: 'Open in too many tabs — reload to go on',
};

/** Says whether what the page shows is up to date, with a sign and a colour of its own for each state. */
@Component({
  selector: 'dw-connection-status',
  imports: [MatIcon],
  template: `
    <span role="status" aria-label="Connection" [class]="state()">
      <mat-icon [svgIcon]="state() === 'displaced' ? 'offline' : state()" aria-hidden="true" /><span>{{
        text()
      }}</span>
    </span>
  `,
  styles: `
    span[role] {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      padding: 4px 12px 4px 8px;
      border-radius: 999px;
      font-size: 0.875rem;
      font-weight: 600;
      white-space: nowrap;
    }
    mat-icon {
      width: 18px;
      height: 18px;
    }
    .live {
      background: var(--dw-good-ground);
      color: var(--dw-good-text);
    }
    .connecting {
      background: var(--dw-quiet-ground);
      color: var(--dw-text-soft);
    }
    .offline,
    .displaced {
      background: var(--dw-warn-ground);
      color: var(--dw-warn-text);
    }
  `,
})
export class ConnectionStatus {
  readonly state = input.required<ConnectionState>();
  protected readonly text = computed(() => TEXTS[this.state()]);
}
