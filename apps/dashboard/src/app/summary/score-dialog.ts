import { Component, computed, type ElementRef, signal, viewChild } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { DriverTotals } from './data/driver-totals';
import { formatCount, formatNumber, RATE_DECIMALS, SCORE_DECIMALS, UP_TO_3 } from './data/measures';
import { termName, termUnit } from './data/score-terms';

/** Shows how one driver's score came about, term by term. */
@Component({
  selector: 'dw-score-dialog',
  imports: [MatButton],
  templateUrl: './score-dialog.html',
  styleUrl: './score-dialog.scss',
})
export class ScoreDialog {
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  private readonly driver = signal<DriverTotals | null>(null);

  protected readonly shown = computed(() => {
    const driver = this.driver();
    if (!driver?.score) return null;
    const { score, parts } = driver.score;
    const lost = parts.reduce((sum, { points }) => sum + points, 0);
    return {
      driverId: driver.driverId,
      score: formatNumber(score, SCORE_DECIMALS),
      isFloor: lost > 100,
      lost: formatNumber(lost, RATE_DECIMALS),
      distance: formatNumber(driver.distanceKm, UP_TO_3),
      drivingTime: formatNumber(driver.drivingSeconds, UP_TO_3),
      parts: parts.map(({ term, amount, rate, weight, points }) => ({
        name: termName(term),
        amount: term === 'overspeedShare' ? `${formatNumber(amount, UP_TO_3)} s` : formatCount(amount),
        rate: `${formatNumber(rate, RATE_DECIMALS)} ${termUnit(term)}`,
        weight,
        points: formatNumber(points, RATE_DECIMALS),
      })),
    };
  });

  /** Opens for a driver who has a score. */
  open(driver: DriverTotals): void {
    this.driver.set(driver);
    this.dialog().nativeElement.showModal();
  }

  protected close(): void {
    this.dialog().nativeElement.close();
  }
}
