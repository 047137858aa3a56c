import { boardEventOf } from './board-events';

describe(boardEventOf.name, () => {
  const eventOf = (method: string, route: string, params = {}) =>
    boardEventOf({
      method,
      ip: '203.0.113.7',
      userName: 'ann',
      params,
      routeOptions: { url: `/admin/queues/api/${route}` },
    });
  const queueName = 'driving-records';

  it.each([
    ['PUT', 'queues/:queueName/:jobId/retry', { queueName, jobId: '7' }, 'queue.job-retried', '7', {}],
    [
      'PUT',
      'queues/:queueName/retry/:queueStatus',
      { queueName, queueStatus: 'failed' },
      'queue.job-retried',
      null,
      { jobs: 'all failed' },
    ],
    ['PUT', 'queues/:queueName/:jobId/clean', { queueName, jobId: '7' }, 'queue.job-removed', '7', {}],
    ['PUT', 'queues/:queueName/empty', { queueName }, 'queue.job-removed', null, {}],
    [
      'PATCH',
      'queues/:queueName/:jobId/update-data',
      { queueName, jobId: '7' },
      'queue.job-changed',
      '7',
      {},
    ],
    ['PUT', 'queues/:queueName/pause', { queueName }, 'queue.paused', null, {}],
    ['PUT', 'queues/resume', {}, 'queue.resumed', null, { queue: 'all' }],
    [
      'PUT',
      'queues/:queueName/job-schedulers/:schedulerId/remove',
      { queueName },
      'queue.changed',
      null,
      { action: 'job-schedulers/remove' },
    ],
  ] as [string, string, object, string, string | null, object][])(
    'tells of %s %s',
    (method, route, params, kind, subject, detail) => {
      expect(eventOf(method, route, params)).toMatchObject({
        kind,
        subject,
        actor: 'ann',
        address: '203.0.113.7',
        detail: { ...('queueName' in params && { queue: queueName }), ...detail },
      });
    },
  );

  it('reports nothing for requests that only read', () => {
    expect(eventOf('GET', 'queues/:queueName/:jobId', { queueName, jobId: '7' })).toBeNull();
  });
});
