import { audit, type StoredRow } from './audit';
import type { SentRecord } from './ledger';

const A = '0198a000-0000-7000-8000-00000000000a';
const B = '0198a000-0000-7000-8000-00000000000b';

const aSent = (fields: Partial<SentRecord> = {}): SentRecord => ({
  identity: A,
  driverId: 'd1',
  speedKmh: 72,
  recordedAtMs: 1000,
  attempts: 1,
  acknowledgedIds: [A],
  ...fields,
});
const aRow = (fields: Partial<StoredRow> = {}): StoredRow => ({
  id: A,
  identity: A,
  driverId: 'd1',
  speedKmh: 72,
  recordedAtMs: 1000,
  ...fields,
});

describe(audit, () => {
  it('finds nothing where each record is stored once', () => {
    expect(audit([aSent()], [aRow()], true)).toEqual({
      acknowledged: 1,
      stored: 1,
      lost: [],
      double: [],
      unknown: [],
    });
  });

  it('names an acknowledged record that is not stored', () => {
    expect(audit([aSent()], [], true)).toMatchObject({ acknowledged: 1, stored: 0, lost: [A] });
  });

  it('does not report a record that nobody was told is accepted', () => {
    expect(audit([aSent({ acknowledgedIds: [] })], [], true)).toMatchObject({ acknowledged: 0, lost: [] });
  });

  it('names a record that is stored twice, under two ids or under one', () => {
    expect(audit([aSent({ attempts: 2 })], [aRow(), aRow({ id: B })], true).double).toEqual([A]);
    expect(audit([aSent()], [aRow(), aRow()], true).double).toContain(A);
  });

  it('allows one row for each attempt where records carry no id', () => {
    const rows = [aRow({ id: B }), aRow({ id: 'c' })];
    expect(audit([aSent({ attempts: 2, acknowledgedIds: [B] })], rows, false)).toMatchObject({
      double: [],
      unknown: [],
    });
    expect(audit([aSent({ attempts: 1, acknowledgedIds: [B] })], rows, false).double).toEqual([A]);
  });

  it.each([
    ['that nobody sent', aRow({ id: B, identity: B })],
    ['of another driver', aRow({ driverId: 'd2' })],
    ['with another speed', aRow({ speedKmh: 73 })],
    ['with another time', aRow({ recordedAtMs: 1001 })],
    ['under another id than its own', aRow({ id: B })],
  ])('names a row %s', (_, row) => {
    expect(audit([aSent()], [row], true).unknown).toEqual([row.id]);
  });
});
