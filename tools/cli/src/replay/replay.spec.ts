import type { WireRecord } from '@drivewatch/contracts';
import type { PostResult } from '@drivewatch/device-client';
import { aRow, TestFolder } from '../../test/replay/detail-record-files';
import { Rejections } from './rejections';
import { NotDrivewatchError, replay, type ReplayClock } from './replay';
import { surveyFile } from './survey';
import { TimePlan, type ReplaySpeed } from './time-plan';

const STARTED = Date.UTC(2026, 4, 4, 12, 0, 0);
const ACCEPTED: PostResult = { ok: true, ids: ['0196'] };

/** A clock that stands still except while it is waited on; `waits` are the moments waited for. */
class FakeClock implements ReplayClock {
  currentMs = STARTED;
  readonly nowMs = () => this.currentMs;
  readonly waitUntil = (epochMs: number, signal: AbortSignal) => {
    signal.throwIfAborted();
    this.currentMs = Math.max(this.currentMs, epochMs);
    // This takes one turn of the event loop, so that earlier records are sent earlier.
    return new Promise<void>((resolve) => setImmediate(resolve));
  };
}

describe(replay.name, () => {
  let folder: TestFolder;
  beforeEach(async () => {
    folder = await TestFolder.create();
  });
  afterEach(() => folder.remove());

  async function replayRows(
    rows: string[],
    post: (record: WireRecord, clock: FakeClock) => Promise<PostResult>,
    options: { speed?: ReplaySpeed; stop?: AbortSignal } = {},
  ) {
    const { speed = 1, stop = new AbortController().signal } = options;
    const survey = await surveyFile(await folder.writeRows('day.csv', rows));
    const clock = new FakeClock();
    const printed: string[] = [];
    const answers: boolean[] = [];
    const done = replay({
      surveys: [survey],
      plan: new TimePlan({ speed, now: false, ...survey, startedAtMs: STARTED }),
      concurrency: 4,
      maxBuffered: 100,
      client: { post: (record) => post(record, clock) },
      clock,
      rejections: new Rejections((text) => printed.push(text)),
      onAnswer: ({ ok }) => answers.push(ok),
      stop,
    });
    return { done, printed, answers };
  }

  const rows = [aRow('d1', '08:00:00'), aRow('d2', '08:00:04'), aRow('d1', '08:00:10')];

  it.each([
    [1, [0, 4000, 10_000]],
    [4, [0, 1000, 2500]],
    ['max', [0, 0, 0]],
  ] as const)('at speed %p sends each record when it is due', async (speed, expected) => {
    const sentAfterMs: number[] = [];
    const { done } = await replayRows(
      rows,
      (_record, clock) => {
        sentAfterMs.push(clock.currentMs - STARTED);
        return Promise.resolve(ACCEPTED);
      },
      { speed },
    );
    await done;
    expect(sentAfterMs).toEqual(expected);
  });

  it('sends what is overdue at once', async () => {
    const sentAfterMs: number[] = [];
    const { done } = await replayRows(rows, (_record, clock) => {
      clock.currentMs += 7000;
      sentAfterMs.push(clock.currentMs - STARTED);
      return Promise.resolve(ACCEPTED);
    });
    await done;
    expect(sentAfterMs).toEqual([7000, 14_000, 21_000]);
  });

  it('reports a record that the server refuses by file, line and wrong fields, and goes on', async () => {
    const { done, printed, answers } = await replayRows(rows, (record) =>
      Promise.resolve(
        record.driverID !== 'd2'
          ? ACCEPTED
          : {
              ok: false,
              status: 400,
              problem: {
                type: 'about:blank',
                title: 'Bad Request',
                status: 400,
                code: 'INVALID_RECORD',
                detail: '2 fields are wrong',
                errors: [
                  { field: 'Speed', message: 'is 900' },
                  { field: 'Latitude', message: 'is missing' },
                ],
              },
            },
      ),
    );
    await done;
    expect(printed).toEqual(['day.csv:2: rejected: 400: Speed is 900; Latitude is missing']);
    expect(answers).toEqual([true, false, true]);
  });

  it('does not go on when something else answers', async () => {
    let posts = 0;
    const { done } = await replayRows(rows, () => {
      posts += 1;
      return Promise.resolve({ ok: false, status: 404, problem: undefined });
    });
    await expect(done).rejects.toThrow(NotDrivewatchError);
    expect(posts).toBe(1);
  });

  it('does not go on when the server does not answer for the name that it is asked by', async () => {
    let posts = 0;
    const { done } = await replayRows(rows, () => {
      posts += 1;
      const detail = 'This server does not answer for the host "monitor"';
      const code = 'HOST_NOT_ALLOWED';
      const problem = {
        type: 'about:blank',
        title: 'Misdirected request',
        status: 421,
        code,
        detail,
      } as const;
      return Promise.resolve({ ok: false, status: 421, problem });
    });
    await expect(done).rejects.toThrow(
      'refuses the address in --url (421: This server does not answer for the host "monitor")',
    );
    expect(posts).toBe(1);
  });

  it('sends nothing more once stopped, and counts what is answered', async () => {
    const stop = new AbortController();
    const { done, answers } = await replayRows(
      rows,
      () => {
        stop.abort(new Error('stopped by test'));
        return Promise.resolve(ACCEPTED);
      },
      { stop: stop.signal },
    );
    await done;
    expect(answers).toEqual([true]);
  });
});
