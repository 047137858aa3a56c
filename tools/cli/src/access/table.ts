/** Formats rows as lines with aligned columns; the first row is the head. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths =
    rows[0]?.map((_, column) =>
      rows.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), 0),
    ) ?? [];
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** Formats a time to the minute, in UTC. @param none text for a missing time */
export const formatTime = (time: Date | null, none: string): string =>
  time === null ? none : `${time.toISOString().slice(0, 16).replace('T', ' ')}Z`;
