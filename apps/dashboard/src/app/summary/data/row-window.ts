/** The rows of a long table that are in the page. */
export interface RowWindow {
  readonly start: number;
  /** Not part of it. */
  readonly end: number;
}

/** So many more on either side, so that no gap is seen while scrolling. */
const MARGIN_ROWS = 10;

/**
 * The rows that a scrolled table shows, and some around them.
 *
 * @param scrolledPx how far the table's rows are scrolled
 * @param heightPx of what is visible
 * @param rowPx height of every row
 */
export function rowWindow(rowCount: number, scrolledPx: number, heightPx: number, rowPx: number): RowWindow {
  const shownRows = Math.ceil(heightPx / rowPx);
  // A shorter table may still be scrolled to where the longer one had its end.
  const first = Math.min(Math.floor(scrolledPx / rowPx), Math.max(0, rowCount - shownRows));
  return {
    start: Math.max(0, first - MARGIN_ROWS),
    end: Math.min(rowCount, first + shownRows + MARGIN_ROWS),
  };
}
