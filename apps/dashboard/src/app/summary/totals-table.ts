import { Component, computed, input } from '@angular/core';
import { per100Km, perDrivingHour, type Totals } from './data/driver-totals';
import { formatNumber, headingOf, MEASURES, RATE_DECIMALS } from './data/measures';

/** Shows what all drivers did together. */
@Component({
  selector: 'dw-totals-table',
  template: `
    <table aria-labelledby="totals">
      <thead>
        <tr>
          <th scope="col">Measure</th>
          <th scope="col">All drivers</th>
          <th scope="col">Per 100 km</th>
          <th scope="col">Per driving hour</th>
        </tr>
      </thead>
      <tbody>
        @for (row of rows(); track row.heading) {
          <tr>
            <th scope="row">{{ row.heading }}</th>
            <td>{{ row.total }}</td>
            <td>{{ row.per100Km }}</td>
            <td>{{ row.perDrivingHour }}</td>
          </tr>
        }
      </tbody>
    </table>
  `,
  styles: `
    table {
      width: 100%;
      max-width: 760px;
      border-collapse: collapse;
      font-variant-numeric: tabular-nums;
    }
    th,
    td {
      padding: 7px 0 7px 16px;
      border-top: 1px solid var(--dw-line);
      text-align: right;
    }
    th:first-child {
      padding-left: 0;
      text-align: left;
    }
    thead th {
      border-top: 0;
      color: var(--dw-text-soft);
      font-size: 0.8125rem;
      font-weight: 600;
    }
    tbody th {
      font-weight: 600;
    }
    @media (max-width: 620px) {
      table {
        font-size: 0.8125rem;
      }
      th,
      td {
        padding-left: 8px;
      }
    }
  `,
})
export class TotalsTable {
  readonly totals = input.required<Totals>();

  protected readonly rows = computed(() => {
    const totals = this.totals();
    return MEASURES.map((measure) => {
      const value = totals[measure.key];
      const rateOf = (rate: typeof per100Km) =>
        measure.hasRates ? formatNumber(rate(value ?? 0, totals), RATE_DECIMALS) : '';
      return {
        heading: headingOf(measure),
        total: formatNumber(value, measure.decimals),
        per100Km: rateOf(per100Km),
        perDrivingHour: rateOf(perDrivingHour),
      };
    });
  });
}
