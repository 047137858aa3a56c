import type { AuditKind } from '@drivewatch/contracts';
import type { NewAuditEvent } from '@drivewatch/persistence';

const READING = ['GET', 'HEAD', 'OPTIONS'];

/** Maps the names of the board's routes to kinds of audit events; all other routes change the queue in some way. */
const KINDS: Readonly<Record<string, AuditKind | undefined>> = {
  retry: 'queue.job-retried',
  clean: 'queue.job-removed',
  empty: 'queue.job-removed',
  obliterate: 'queue.job-removed',
  add: 'queue.job-added',
  promote: 'queue.job-changed',
  'update-data': 'queue.job-changed',
  delay: 'queue.job-changed',
  priority: 'queue.job-changed',
  pause: 'queue.paused',
  resume: 'queue.resumed',
};

/** The parts needed of a request to the board of jobs. */
export interface BoardRequest {
  readonly method: string;
  readonly ip: string;
  readonly userName?: string;
  readonly routeOptions: { readonly url?: string | undefined };
  readonly params: unknown;
}

/**
 * Returns what a successful request has changed, judged by its route, such as `…/api/queues/:queueName/:jobId/retry`;
 * its body is not read.
 *
 * @returns `null` when it has changed nothing
 */
export function boardEventOf({
  method,
  ip,
  userName,
  routeOptions,
  params,
}: BoardRequest): NewAuditEvent | null {
  if (READING.includes(method)) return null;
  const [, route = ''] = (routeOptions.url ?? '').split('/api/');
  const action = route
    .split('/')
    .filter((part) => part !== 'queues' && !part.startsWith(':'))
    .join('/');
  const { queueName, jobId, queueStatus } = (params ?? {}) as Record<string, string | undefined>;
  return {
    kind: KINDS[action] ?? 'queue.changed',
    actor: userName ?? null,
    address: ip,
    subject: jobId ?? null,
    detail: {
      queue: queueName ?? 'all',
      action,
      ...(jobId === undefined && queueStatus !== undefined && { jobs: `all ${queueStatus}` }),
    },
  };
}
