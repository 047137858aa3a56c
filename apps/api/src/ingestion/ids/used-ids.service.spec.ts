import { randomUUID } from 'node:crypto';
import type { AcceptedRecord } from '@drivewatch/contracts';
import type { DeviceRecordId } from '@drivewatch/persistence';
import { aRecord } from '@drivewatch/contracts/samples';
import { QueueUnavailableError } from '../ingestion-errors';
import type { IdUse, Remembered } from './remembered-contents';
import { UsedIds } from './used-ids.service';

const aClaimed = (id = randomUUID()): AcceptedRecord => ({
  ...aRecord({ id }),
  claim: { content: randomUUID(), sentId: null },
});
const storedAs = ({ id, recordedAtMs, claim }: AcceptedRecord): DeviceRecordId => ({
  id,
  recordedAtMs,
  content: claim?.content ?? null,
});

/**
 * Returns a service whose Redis answers as `remembered` does and whose PostgreSQL holds `stored`; `null` means it is
 * away.
 */
function usedIds(
  remembered: (use: IdUse) => Remembered,
  stored: DeviceRecordId[] | null,
  { isShort = false }: { isShort?: boolean } = {},
) {
  const asked: string[] = [];
  const corrected: unknown[] = [];
  const ids = new UsedIds(
    {
      remember: (uses: IdUse[]) => Promise.resolve(uses).then((all) => all.map(remembered)),
      correct: ({ id, content }: DeviceRecordId) => Promise.resolve(void corrected.push([id, content])),
    } as never,
    {
      find: (looked: string[]) => {
        asked.push(...looked);
        return Promise.resolve(stored && new Map(stored.map((one) => [one.id, one])));
      },
    } as never,
    { isShort } as never,
  );
  return { ids, asked, corrected };
}

describe(UsedIds.name, () => {
  it('neither looks at nor waits for records with ids that were made for them', async () => {
    const { ids } = usedIds(() => {
      throw new Error('must not be asked');
    }, null);
    const records = [aRecord(), { ...aRecord(), isIdChosen: false, claim: null }];
    expect(await ids.isUsed(aRecord())).toBe(false);
    expect(await ids.usedAmong(records)).toEqual(new Set());
  });

  it('believes Redis that a record is sent again, and asks PostgreSQL about all others', async () => {
    const [again, fresh, used] = [aClaimed(), aClaimed(), aClaimed()];
    const says: Record<string, Remembered> = {
      [again.id]: 'same',
      [fresh.id]: 'nothing',
      [used.id]: 'other',
    };
    const { ids, asked, corrected } = usedIds(({ id }) => says[id] ?? 'nothing', []);
    expect(await ids.usedAmong([again, fresh, used])).toEqual(new Set([used]));
    expect(asked).toEqual([fresh.id, used.id]);
    expect(corrected).toEqual([]);
  });

  it('lets what is stored decide, and makes Redis remember that', async () => {
    const [used, again, fresh] = [aClaimed(), aClaimed(), aClaimed()];
    const before = { ...storedAs(used), content: randomUUID() };
    const { ids, corrected } = usedIds(
      ({ id }) => (id === again.id ? 'other' : 'nothing'),
      [before, storedAs(again), storedAs(fresh)],
    );
    expect(await ids.usedAmong([used, again, fresh])).toEqual(new Set([used]));
    expect(corrected).toEqual([
      [used.id, before.content],
      [again.id, again.claim?.content],
    ]);
  });

  it('believes Redis while PostgreSQL is away, and takes unknown ids as new', async () => {
    const [fresh, used] = [aClaimed(), aClaimed()];
    const { ids } = usedIds(({ id }) => (id === used.id ? 'other' : 'nothing'), null);
    expect(await Promise.all([ids.isUsed(fresh), ids.isUsed(used)])).toEqual([false, true]);
  });

  it('looks at many of one request by themselves, in order', async () => {
    const records = Array.from({ length: 300 }, () => aClaimed());
    const used = new Set([records[0], records[150], records[299]].map((record) => record?.id));
    const { ids } = usedIds(({ id }) => (used.has(id) ? 'other' : 'same'), []);
    const found = await ids.usedAmong([aRecord(), ...records]);
    expect([...found]).toEqual([records[0], records[150], records[299]]);
  });

  it('sends devices away while Redis does not answer, or is nearly full', async () => {
    const away = usedIds(() => {
      throw new Error('Connection is closed');
    }, []);
    await expect(away.ids.isUsed(aClaimed())).rejects.toBeInstanceOf(QueueUnavailableError);
    const short = usedIds(() => 'nothing', [], { isShort: true });
    await expect(short.ids.isUsed(aClaimed())).rejects.toBeInstanceOf(QueueUnavailableError);
  });
});
