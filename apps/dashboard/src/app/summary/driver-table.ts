import {
  Component,
  computed,
  DOCUMENT,
  type ElementRef,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import { matchesSearch } from '../feed/driver-list';
import { driversToCsv } from './data/csv';
import {
  COLUMN_GROUPS,
  type ColumnGroup,
  DRIVER_COLUMN,
  DRIVER_COLUMNS,
  type DriverColumn,
  SCORE_COLUMN,
  sortDrivers,
  type Sorting,
} from './data/driver-columns';
import type { DriverTotals } from './data/driver-totals';
import { formatCount, formatNumber } from './data/measures';
import type { Period } from './data/period';
import { rowWindow } from './data/row-window';
import { saveFile, UTF8_MARK } from './data/save-file';

/** The same as in the style sheet: with rows of one height it is cheap to know which ones are in view. */
const ROW_PX = 40;
const VISIBLE_AT_FIRST_PX = 600;

/**
 * All measures of all drivers. Only the rows in view are in the page, between two rows that take up the room of the
 * others. It is a native table, whose headings and first column the style sheet can keep in place.
 */
@Component({
  selector: 'dw-driver-table',
  imports: [MatButton, MatIcon],
  templateUrl: './driver-table.html',
  styleUrl: './driver-table.scss',
})
export class DriverTable {
  private readonly document = inject(DOCUMENT);
  private readonly scroller = viewChild<ElementRef<HTMLElement>>('scroller');

  readonly drivers = input.required<readonly DriverTotals[]>();
  /** The period that the name of the downloaded file mentions. */
  readonly period = input.required<Period>();
  /** Emits when the user asks how a driver's score came about. */
  readonly scoreAsked = output<DriverTotals>();

  protected readonly groups = COLUMN_GROUPS;
  protected readonly rowPx = ROW_PX;
  protected readonly driverColumn = DRIVER_COLUMN;
  protected readonly scoreColumn = SCORE_COLUMN;
  protected readonly search = signal('');
  protected readonly shownGroups = signal<ReadonlySet<ColumnGroup>>(new Set(COLUMN_GROUPS));
  protected readonly sorting = signal<Sorting>({ column: DRIVER_COLUMN, descending: false });
  private readonly scrolled = signal({ px: 0, heightPx: VISIBLE_AT_FIRST_PX });

  protected readonly columns = computed(() =>
    DRIVER_COLUMNS.filter(({ group }) => group === undefined || this.shownGroups().has(group)),
  );
  private readonly sorted = computed(() => sortDrivers(this.drivers(), this.sorting()));
  protected readonly found = computed(() => {
    const search = this.search();
    if (search.trim() === '') return this.sorted();
    return this.sorted().filter(({ driverId, plateNumber }) =>
      matchesSearch({ id: driverId, name: driverId, plateNumber }, search),
    );
  });
  private readonly window = computed(() =>
    rowWindow(this.found().length, this.scrolled().px, this.scrolled().heightPx, ROW_PX),
  );
  protected readonly rows = computed(() => {
    const { start, end } = this.window();
    const columns = this.columns().filter((column) => column !== DRIVER_COLUMN);
    return this.found()
      .slice(start, end)
      .map((driver, index) => ({
        driver,
        // The row of headings is the first.
        position: start + index + 2,
        cells: columns.map((column) => ({ column, text: textOf(column, driver) })),
      }));
  });
  /** Heights of the rows that are not in the page. */
  protected readonly room = computed(() => ({
    abovePx: this.window().start * ROW_PX,
    belowPx: (this.found().length - this.window().end) * ROW_PX,
  }));
  protected readonly count = computed(() => {
    const all = this.drivers().length;
    const drivers = all === 1 ? '1 driver' : `${formatCount(all)} drivers`;
    return this.found().length === all ? drivers : `${formatCount(this.found().length)} of ${drivers}`;
  });

  protected directionOf(column: DriverColumn): 'ascending' | 'descending' | null {
    const { column: sorted, descending } = this.sorting();
    if (column !== sorted) return null;
    return descending ? 'descending' : 'ascending';
  }

  /** Sorts texts from A, numbers from the highest; pressing again reverses the order. */
  protected sortBy(column: DriverColumn): void {
    this.sorting.update((before) => ({
      column,
      descending: before.column === column ? !before.descending : isNumeric(column),
    }));
    this.scrollToTop();
  }

  protected searchFor(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    this.search.set(event.target.value);
    this.scrollToTop();
  }

  protected toggleGroup(group: ColumnGroup): void {
    this.shownGroups.update((before) => {
      const after = new Set(before);
      if (!after.delete(group)) after.add(group);
      return after;
    });
  }

  protected isNumeric(column: DriverColumn): boolean {
    return isNumeric(column);
  }

  protected onScroll(): void {
    const { scrollTop = 0, clientHeight = VISIBLE_AT_FIRST_PX } = this.scroller()?.nativeElement ?? {};
    this.scrolled.set({ px: scrollTop, heightPx: clientHeight });
  }

  protected download(): void {
    const { from, to } = this.period();
    const csv = new Blob([UTF8_MARK, driversToCsv(this.found(), this.columns())], { type: 'text/csv' });
    saveFile(this.document, csv, `drivers-${from}-to-${to}.csv`);
  }

  private scrollToTop(): void {
    this.scroller()?.nativeElement.scrollTo({ top: 0 });
  }
}

const isNumeric = ({ heading }: DriverColumn): boolean => heading !== 'Driver' && heading !== 'Plate';

function textOf(column: DriverColumn, driver: DriverTotals): string {
  const value = column.valueOf(driver);
  return typeof value === 'string' ? value || '–' : formatNumber(value, column.decimals);
}
