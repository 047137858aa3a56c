import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { OPEN_REPORTER_ID } from '../../access/reporter';
import { UploadShares } from './upload-shares';
import { UploadWork } from './upload-work';

const FAST = { RATE_LIMIT_KEY_RECORDS: 1_000_000 };
/** At this rate, one record takes more than a quarter of an hour. */
const SLOW = { RATE_LIMIT_KEY_RECORDS: 0.001 };

const made: UploadWork[] = [];
afterEach(() => {
  for (const work of made.splice(0)) work.close();
});

function anUpload(shares: UploadShares, keyId: string) {
  const socket = new EventEmitter();
  const stoppedWith: unknown[] = [];
  const work = new UploadWork(shares, keyId, socket as Socket, (error) => stoppedWith.push(error));
  made.push(work);
  return { work, socket, stoppedWith };
}

/** Tells how many of them have begun once everything that is due has been done. */
async function countBegun(uploads: readonly { work: UploadWork }[]): Promise<number> {
  let begun = 0;
  for (const { work } of uploads)
    work.begin().then(
      () => (begun += 1),
      () => undefined,
    );
  for (let round = 0; round < 100; round += 1) await new Promise((resolve) => setImmediate(resolve));
  return begun;
}
const uploadsOf = (shares: UploadShares, keyId: string, count: number) =>
  Array.from({ length: count }, () => anUpload(shares, keyId));

describe(UploadWork.name, () => {
  it('goes on for 4 uploads of a key at a time, for 16 over all keys, and for others as these end', async () => {
    const shares = new UploadShares(FAST);
    const first = uploadsOf(shares, 'key-0', 10);
    expect(await countBegun(first)).toBe(4);
    const others = ['key-1', 'key-2', 'key-3', 'key-4'].flatMap((key) => uploadsOf(shares, key, 10));
    expect(await countBegun(others)).toBe(12);
    for (const { work } of first) work.close();
    const again = uploadsOf(shares, 'key-0', 1);
    for (const { work } of others) work.close();
    expect(await countBegun(again)).toBe(1);
  });

  it('has all places for everybody and no pace if there are no keys', async () => {
    const shares = new UploadShares(SLOW);
    const uploads = uploadsOf(shares, OPEN_REPORTER_ID, 20);
    uploads[0]?.work.charge({ accepted: 1_000_000, rejected: 1_000, bytes: 0 });
    expect(await countBegun(uploads)).toBe(16);
  });

  it('waits while its key is beyond its share, without blocking other keys', async () => {
    const shares = new UploadShares(SLOW);
    const hasty = uploadsOf(shares, 'hasty', 4);
    expect(await countBegun(hasty)).toBe(4);
    for (const { work } of hasty) {
      work.charge({ accepted: 0, rejected: 1, bytes: 0 });
      void work.payDebt().catch(() => undefined);
    }
    expect(await countBegun(uploadsOf(shares, 'hasty', 1))).toBe(0);
    const others = Array.from({ length: 16 }, (_, n) => anUpload(shares, `key-${n}`));
    expect(await countBegun(others)).toBe(16);
    for (const { work } of hasty) work.close();
  });

  it.each(['waiting for its turn', 'waiting for a place', 'in debt'])(
    'ends at once when nobody waits for the answer any more: %s',
    async (when) => {
      const shares = new UploadShares(SLOW);
      const { work, socket, stoppedWith } = anUpload(shares, 'key');
      if (when === 'waiting for a place') await countBegun(uploadsOf(shares, 'key', 4));
      if (when === 'in debt') work.charge({ accepted: 0, rejected: 1, bytes: 0 });
      const begun = work.begin();
      socket.emit('close');
      await expect(begun).rejects.toMatchObject({
        problem: { detail: expect.stringMatching(/connection/) as string },
      });
      expect(stoppedWith).toHaveLength(1);
      expect(() => work.throwIfStopped()).toThrow();
      work.close();
    },
  );

  it('leaves nothing on the connection, which further requests may use', () => {
    const { work, socket } = anUpload(new UploadShares(FAST), 'key');
    work.close();
    expect(socket.eventNames()).toEqual([]);
  });

  it.each([
    ['while it is worked on', false],
    ['before the work begins', true],
  ])('ends if the sender ends its side %s and it takes long', (_, isEnded) => {
    jest.useFakeTimers();
    const shares = new UploadShares(FAST);
    const socket = Object.assign(new EventEmitter(), { readableEnded: isEnded }) as Socket;
    const [slow, quick] = [jest.fn(), jest.fn()].map((onStop) => {
      made.push(new UploadWork(shares, 'key', socket, onStop));
      return onStop;
    });
    socket.emit('end');
    made[1]?.close();
    jest.advanceTimersByTime(1_000);
    expect(slow).not.toHaveBeenCalled();
    jest.advanceTimersByTime(60_000);
    expect(slow).toHaveBeenCalledTimes(1);
    expect(() => made[0]?.throwIfStopped()).toThrow(/ended its side of the connection/);
    expect(quick).not.toHaveBeenCalled();
    jest.useRealTimers();
  });
});
