/** The rows of a long table that are in the page. */
export interface RowWindow {
  readonly start: number;
  /** The end is not part of the window. */
  readonly end: number;
}

/** This many more rows are rendered on either side, so that no gap is seen while scrolling. */
const MARGIN_ROWS = 10;

/**
 * Returns the rows that a scrolled table shows, and some around them.
 *
 * @param scrolledPx how far the table's rows are scrolled
 * @param heightPx height of the visible part
 * @param rowPx height of every row
 */
export function rowWindow(rowCount: number, scrolledPx: number, heightPx: number, rowPx: number): RowWindow {
  const shownRows = Math.ceil(heightPx / rowPx);
  // A table that has become shorter may still be scrolled to the former end.
  const first = Math.min(Math.floor(scrolledPx / rowPx), Math.max(0, rowCount - shownRows));
  return {
    start: Math.max(0, first - MARGIN_ROWS),
    end: Math.min(rowCount, first + shownRows + MARGIN_ROWS),
  };
}
