const SAMPLE = /^drivewatch_records_rejected_total\{reason="(\w+)"\} (\d+)/gm;

/**
 * Returns how many records the API has not accepted since it started, by its own count: because the queue did not
 * answer in time, or for any other reason.
 *
 * @param url of the API
 */
export async function queueRefusals(url: string): Promise<{ ofQueue: number; others: number }> {
  const response = await fetch(`${url}/metrics`);
  if (!response.ok) throw new Error(`/metrics answers ${response.status}`);
  return readRefusals(await response.text());
}

/** @param metrics in the text format of Prometheus */
export function readRefusals(metrics: string): { ofQueue: number; others: number } {
  const counts = { ofQueue: 0, others: 0 };
  for (const [, reason, count] of metrics.matchAll(SAMPLE))
    counts[reason === 'QUEUE_UNAVAILABLE' ? 'ofQueue' : 'others'] += Number(count);
  return counts;
}
