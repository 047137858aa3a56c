import { eventually } from '@drivewatch/testing';

/**
 * Returns the numbers that /metrics shows.
 *
 * @param headers that allow reading it
 * @returns values by name with labels, such as `drivewatch_ticks_total`
 */
export async function metricsOf(
  url: string,
  headers: Record<string, string> = {},
): Promise<Map<string, number>> {
  const response = await fetch(`${url}/metrics`, { headers });
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** Returns the sum of a metric over all its labels. */
export const totalOf = (metrics: ReadonlyMap<string, number>, name: string): number =>
  [...metrics].reduce((sum, [key, value]) => (key.split('{')[0] === name ? sum + value : sum), 0);

/** Waits until the metrics show these numbers; undefined stands for a metric that is not shown. */
export const expectMetrics = (url: string, expected: Record<string, number | undefined>): Promise<void> =>
  eventually(async () => {
    const metrics = await metricsOf(url);
    const seen = Object.keys(expected).map((name) => [name, metrics.get(name)]);
    expect(Object.fromEntries(seen)).toEqual(expected);
  });
