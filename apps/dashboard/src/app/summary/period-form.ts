import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router } from '@angular/router';
import { type Period, periodProblem, type QuickRange } from './data/period';

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));

/** Chooses the period, to the hour; the choice goes into the page's address. */
@Component({
  selector: 'dw-period-form',
  imports: [MatButton],
  templateUrl: './period-form.html',
  styleUrl: './period-form.scss',
})
export class PeriodForm {
  private readonly router = inject(Router);

  /** The period that is shown or being loaded. */
  readonly period = input.required<Period>();
  /** The periods to choose with one click. */
  readonly ranges = input.required<readonly QuickRange[]>();
  /** The zone's IANA name. */
  readonly timeZone = input.required<string>();
  /** What is wrong with the period in the address. */
  readonly addressProblem = input.required<string | null>();

  protected readonly hours = HOURS;
  /**
   * The contents of the fields; a period is shown only once it is submitted, since a half-typed date would be no use.
   */
  private readonly draft = linkedSignal(() => this.period());
  protected readonly ends = computed(() =>
    (['from', 'to'] as const).map((name) => ({
      name,
      title: name === 'from' ? 'From' : 'To (not included)',
      date: this.draft()[name].slice(0, 10),
      hour: this.draft()[name].slice(11),
    })),
  );
  /** What is wrong with the period that was submitted last. */
  protected readonly problem = linkedSignal<string | null>(() => {
    const problem = this.addressProblem();
    return problem && `${problem} The last day of data is shown instead.`;
  });

  protected isShown({ from, to }: Period): boolean {
    return this.period().from === from && this.period().to === to;
  }

  protected editDate(name: keyof Period, event: Event): void {
    if (event.target instanceof HTMLInputElement)
      this.edit(name, event.target.value, this.draft()[name].slice(11));
  }

  protected editHour(name: keyof Period, event: Event): void {
    if (event.target instanceof HTMLSelectElement)
      this.edit(name, this.draft()[name].slice(0, 10), event.target.value);
  }

  protected submit(event: Event): void {
    event.preventDefault();
    this.problem.set(periodProblem(this.draft()));
    if (this.problem() === null) this.show(this.draft());
  }

  protected show({ from, to }: Period): void {
    this.draft.set({ from, to });
    this.problem.set(null);
    void this.router.navigate([], { queryParams: { from, to }, scroll: 'manual' });
  }

  private edit(name: keyof Period, date: string, hour: string): void {
    this.draft.update((draft) => ({ ...draft, [name]: `${date}T${hour}` }));
  }
}
