import { Component, computed, inject, input } from '@angular/core';
import { LineStyles } from '../../charts/line-styles';

/** A short piece of a driver's line, by which to find the driver in the chart. */
@Component({
  selector: 'dw-line-sample',
  template: `
    <svg width="28" height="10" aria-hidden="true">
      <line
        x1="1"
        y1="5"
        x2="27"
        y2="5"
        stroke-width="3"
        [attr.stroke]="look().colour"
        [attr.stroke-dasharray]="look().dash.join(' ') || null"
      />
    </svg>
  `,
  styles: `
    :host {
      display: inline-flex;
      flex: none;
    }
  `,
})
export class LineSample {
  private readonly styles = inject(LineStyles);
  readonly driverId = input.required<string>();
  protected readonly look = computed(() => this.styles.styleOf(this.driverId()));
}
