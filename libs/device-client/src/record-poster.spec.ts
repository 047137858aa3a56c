import type { HttpAnswer } from './post-result';
import { RecordPoster, ServerUnreachableError, type RecordPosterOptions } from './record-poster';

const RECORD = { driverID: 'd1', Speed: '72', Time: '2017-01-01 08:00:05' };
const ACCEPTED: HttpAnswer = {
  status: 202,
  retryAfter: undefined,
  body: '{"accepted":1,"ids":["0196"]}',
};
const UNAVAILABLE = (retryAfter?: string): HttpAnswer => ({ status: 503, retryAfter, body: '{}' });
const lost = (code: string) => Object.assign(new Error(code), { code });

/** Returns a poster whose attempts end as listed and whose clock only moves while it sleeps. */
function aPoster(outcomes: (HttpAnswer | Error)[], options: Partial<RecordPosterOptions> = {}) {
  const bodies: string[] = [];
  const delays: number[] = [];
  let nowMs = 0;
  const poster = new RecordPoster(
    (body) => {
      bodies.push(body);
      const outcome = outcomes.length > 1 ? outcomes.shift() : outcomes[0];
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome ?? ACCEPTED);
    },
    {
      nowMs: () => nowMs,
      sleep: (delayMs, signal) => {
        delays.push(delayMs);
        nowMs += delayMs;
        signal?.throwIfAborted();
        return Promise.resolve();
      },
      random: () => 1,
    },
    { unreachableForMs: Infinity, ...options },
  );
  return { poster, bodies, delays };
}

describe(RecordPoster.name, () => {
  it('sends the record as JSON and returns the ids it was given', async () => {
    const { poster, bodies } = aPoster([ACCEPTED]);
    await expect(poster.post(RECORD)).resolves.toEqual({ ok: true, ids: ['0196'] });
    expect(bodies).toEqual(['{"driverID":"d1","Speed":"72","Time":"2017-01-01 08:00:05"}']);
  });

  it('hands over the wrong fields of a refused record without sending it again', async () => {
    const problem = {
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      code: 'INVALID_RECORD',
      detail: '1 field is wrong',
      errors: [{ field: 'Speed', message: 'is "fast"' }],
    };
    const { poster, bodies } = aPoster([
      { status: 400, retryAfter: undefined, body: JSON.stringify(problem) },
    ]);
    await expect(poster.post(RECORD)).resolves.toEqual({ ok: false, status: 400, problem });
    expect(bodies).toHaveLength(1);
  });

  it.each([
    ['a page of another server', { status: 200, retryAfter: undefined, body: '<html></html>' }],
    ['JSON of another server', { status: 404, retryAfter: undefined, body: '{"message":"no"}' }],
  ])('tells %s from an answer of its own kind', async (_name, answer) => {
    const { poster } = aPoster([answer]);
    await expect(poster.post(RECORD)).resolves.toEqual({
      ok: false,
      status: answer.status,
      problem: undefined,
    });
  });

  it('waits as long as a server asks that has had too many requests', async () => {
    const { poster, delays } = aPoster([{ ...UNAVAILABLE('7'), status: 429 }, ACCEPTED]);
    await expect(poster.post(RECORD)).resolves.toMatchObject({ ok: true });
    expect(delays).toEqual([7000]);
  });

  it('waits as long as Retry-After asks, in seconds or until a date', async () => {
    const inSevenSeconds = new Date(10_000).toUTCString();
    const { poster, delays } = aPoster([UNAVAILABLE('3'), UNAVAILABLE(inSevenSeconds), ACCEPTED]);
    await expect(poster.post(RECORD)).resolves.toMatchObject({ ok: true });
    expect(delays).toEqual([3000, 7000]);
  });

  it('outwaits 503 beyond the limit for unreachable servers', async () => {
    const { poster, delays } = aPoster([...Array.from({ length: 9 }, () => UNAVAILABLE('60')), ACCEPTED], {
      unreachableForMs: 1000,
    });
    await expect(poster.post(RECORD)).resolves.toMatchObject({ ok: true });
    expect(delays).toHaveLength(9);
  });

  it('doubles the delay up to a bound while nothing answers, and says why', async () => {
    const reasons: string[] = [];
    const failures = ['ECONNREFUSED', 'UND_ERR_SOCKET', ...Array.from({ length: 5 }, () => 'ECONNRESET')];
    const { poster, delays } = aPoster([...failures.map(lost), ACCEPTED], {
      onRetry: ({ reason }) => reasons.push(reason),
    });
    await expect(poster.post(RECORD)).resolves.toMatchObject({ ok: true });
    expect(delays).toEqual([200, 400, 800, 1600, 3200, 5000, 5000]);
    expect(reasons).toEqual(failures);
  });

  it('gives up on an unreachable server when its time is over, naming the last failure', async () => {
    const { poster, delays } = aPoster([lost('ECONNREFUSED')], { unreachableForMs: 2000 });
    const post = poster.post(RECORD);
    await expect(post).rejects.toThrow(ServerUnreachableError);
    await expect(post).rejects.toThrow('No answer from the server (ECONNREFUSED)');
    expect(delays).toEqual([200, 400, 800]);
  });

  it('does not take a defect for a lost connection', async () => {
    const { poster, bodies } = aPoster([lost('UND_ERR_INVALID_ARG')]);
    await expect(poster.post(RECORD)).rejects.toThrow('UND_ERR_INVALID_ARG');
    expect(bodies).toHaveLength(1);
  });

  it('stops retrying when aborted', async () => {
    const abort = new AbortController();
    const { poster, bodies } = aPoster([lost('ECONNREFUSED')], {
      onRetry: ({ retry }) => {
        if (retry === 2) abort.abort(new Error('stopped by test'));
      },
    });
    await expect(poster.post(RECORD, abort.signal)).rejects.toThrow('stopped by test');
    expect(bodies).toHaveLength(2);
  });
});
