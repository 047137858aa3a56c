import { MIN_SCORED_DISTANCE_KM } from './data/driver-score';
import { Component } from '@angular/core';
import { SCORE_TERMS } from './data/score-terms';

/** Explains what the driver score is made of, and where its form comes from. */
@Component({
  selector: 'dw-score-explained',
  template: `
    <p class="formula">
      score = 100 − sum of (weight × events per 100 km) − weight × percent of driving time overspeeding
    </p>
    <p>
      Never below 0, and “n/a” for drivers with less than {{ minDistanceKm }} km in the period. Press a score
      in the table of drivers to see how it came about.
    </p>
    <table aria-label="Weights of the score">
      <thead>
        <tr>
          <th scope="col">Counted</th>
          <th scope="col" class="number">Weight</th>
        </tr>
      </thead>
      <tbody>
        @for (term of terms; track term.name) {
          <tr>
            <th scope="row">{{ term.name }} ({{ term.unit }})</th>
            <td class="number">{{ term.weight }}</td>
          </tr>
        }
      </tbody>
    </table>
    <p>
      The form is that of two published scorecards:
      <a href="https://kb.samsara.com/hc/en-us/articles/360045237852-Safety-Score-Categories-and-Calculation"
        >Samsara, Safety Score Categories and Calculation</a
      >
      (100 minus weighted events per distance and weighted share of time speeding), and
      <a href="https://support.geotab.com/en-GB/mygeotab/doc/safety-scorecard"
        >Geotab, Driver Safety Scorecard User Guide</a
      >
      (a weight per rule, 0 to 100). The weights are Drivewatch's own.
    </p>
  `,
  styles: `
    p {
      max-width: 760px;
      margin: 0 0 12px;
      color: var(--dw-text-soft);
    }
    .formula {
      padding: 10px 14px;
      border-radius: var(--dw-radius-s);
      background: var(--dw-quiet-ground);
      color: var(--dw-text);
    }
    table {
      width: 100%;
      max-width: 420px;
      margin-bottom: 12px;
      border-collapse: collapse;
      font-variant-numeric: tabular-nums;
    }
    th,
    td {
      padding: 6px 0;
      border-top: 1px solid var(--dw-line);
      text-align: left;
    }
    thead th {
      border-top: 0;
      color: var(--dw-text-soft);
      font-size: 0.8125rem;
    }
    tbody th {
      font-weight: 500;
    }
    .number {
      text-align: right;
    }
  `,
})
export class ScoreExplained {
  protected readonly terms = SCORE_TERMS;
  protected readonly minDistanceKm = MIN_SCORED_DISTANCE_KM;
}
