import type { DeviceRecordId } from '@drivewatch/persistence';
import { StoredIds } from './stored-ids';

const ID = '3f2b8c1e-5d67-4a90-b1c2-d3e4f5a6b7c8';
const known = new Map<string, DeviceRecordId>([[ID, { id: ID, recordedAtMs: 1, content: null }]]);

/** Returns ids backed by a PostgreSQL that does what the test says, and how often it was asked. */
function aStore(answers: (() => Promise<Map<string, DeviceRecordId>>)[]) {
  const asked: (readonly string[])[] = [];
  const repository = {
    find: (ids: readonly string[]) => {
      asked.push(ids);
      return answers[asked.length - 1]?.() ?? Promise.resolve(known);
    },
  };
  return { asked, ids: new StoredIds(repository as never, { ID_LOOKUP_TIMEOUT_MS: 20 }) };
}

describe(StoredIds.name, () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setTimeout', 'setImmediate', 'nextTick'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([
    ['cannot be reached', () => Promise.reject(new Error('connect ECONNREFUSED'))],
    ['does not answer in time', () => new Promise<never>(() => undefined)],
  ])(
    'does not know when PostgreSQL %s, leaves it alone for a while, and asks again then',
    async (_, answer) => {
      const { ids, asked } = aStore([answer]);
      expect(await ids.find([ID])).toBeNull();
      expect(await ids.find([ID])).toBeNull();
      expect(asked).toHaveLength(1);
      jest.advanceTimersByTime(5_001);
      expect(await ids.find([ID])).toBe(known);
      expect(await ids.find([ID])).toBe(known);
      expect(asked).toHaveLength(3);
    },
  );

  it('ignores an answer that comes too late', async () => {
    let fail: (error: Error) => void = () => undefined;
    const { ids } = aStore([() => new Promise((_, reject) => (fail = reject))]);
    expect(await ids.find([ID])).toBeNull();
    fail(new Error('late'));
    await new Promise((resolve) => setImmediate(resolve));
  });
});
