/** Computes figures from samples and prints tables, for all benchmarks. */

/** @param share 0.5 for the median, 0.99 for the 99th percentile (nearest rank) */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

/** Prints rows under headings, with aligned columns. */
export function printTable(headings: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  console.log([line(headings), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n'));
}

/** Returns the note after a ratio: its target, and whether it was reached. */
export const verdict = (ratio: number, target: number | undefined): string =>
  target === undefined ? '' : ` (to reach: ${target}×: ${ratio >= target ? 'reached' : 'NOT reached'})`;
