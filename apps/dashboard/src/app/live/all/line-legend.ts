import { Component, computed, input, output } from '@angular/core';
import { MatIcon } from '@angular/material/icon';
import type { LiveDriver } from '../../feed/driver-list';
import { LineSample } from './line-sample';

/** Names the lines of a chart; pressing a name hides or shows its line. */
@Component({
  selector: 'dw-line-legend',
  imports: [LineSample, MatIcon],
  template: `
    <ul role="list" aria-label="Lines">
      @for (entry of entries(); track entry.id) {
        <li>
          <button type="button" [attr.aria-pressed]="entry.shown" (click)="toggled.emit(entry.id)">
            <dw-line-sample [driverId]="entry.id" />
            <span class="name">{{ entry.name }}</span>
            @if (entry.speeding) {
              <mat-icon
                [svgIcon]="entry.unconfirmed ? 'silent' : 'warning'"
                role="img"
                aria-hidden="false"
                [attr.aria-label]="entry.unconfirmed ? 'speeding, unconfirmed' : 'speeding'"
              />
            }
          </button>
        </li>
      }
    </ul>
  `,
  styles: `
    ul {
      display: flex;
      flex-wrap: wrap;
      gap: 6px;
      margin: 12px 0 0;
      padding: 0;
      list-style: none;
    }
    button {
      display: inline-flex;
      max-width: 100%;
      align-items: center;
      gap: 8px;
      min-height: 34px;
      padding: 0 12px 0 8px;
      border: 1px solid var(--dw-line);
      border-radius: 999px;
      background: none;
      color: var(--dw-text);
      font: inherit;
      font-size: 0.875rem;
      cursor: pointer;
    }
    .name {
      min-width: 0;
      overflow-wrap: anywhere;
      text-align: start;
    }
    button:hover {
      background: var(--dw-quiet-ground);
    }
    [aria-pressed='false'] {
      border-style: dashed;
      color: var(--dw-text-soft);
    }
    [aria-pressed='false'] .name {
      text-decoration: line-through;
    }
    [aria-pressed='false'] dw-line-sample {
      opacity: 0.35;
    }
    mat-icon {
      width: 18px;
      height: 18px;
      color: var(--dw-alert-text);
    }
  `,
})
export class LineLegend {
  readonly drivers = input.required<readonly LiveDriver[]>();
  readonly hidden = input.required<ReadonlySet<string>>();
  /** A driver's ID. */
  readonly toggled = output<string>();

  protected readonly entries = computed(() =>
    this.drivers().map(({ id, name, alert }) => ({
      id,
      name,
      shown: !this.hidden().has(id),
      speeding: alert !== undefined,
      unconfirmed: (alert?.unconfirmedSinceMs ?? null) !== null,
    })),
  );
}
