import { type NumberedAlertChange, PAST_ALERTS_KEPT } from '@drivewatch/contracts';
import { AlertBook } from './alert-book';

const change = (
  id: number,
  kind: NumberedAlertChange['kind'],
  driverId: string,
  atMs: number,
): NumberedAlertChange => ({ id, kind, driverId, plateNumber: 'p', atMs });

describe(AlertBook.name, () => {
  it('keeps who is speeding, and past alerts newest first and no more than are shown', () => {
    const book = new AlertBook(10);
    let id = 0;
    for (let n = 0; n < PAST_ALERTS_KEPT + 5; n += 1) {
      book.apply(change((id += 1), 'started', 'd1', 2 * n));
      book.apply(change((id += 1), 'ended', 'd1', 2 * n + 1));
    }
    book.apply(change((id += 1), 'started', 'd2', 7));
    const { active, past, lastAlertId } = book.picture();
    expect(active.map(({ driverId }) => driverId)).toEqual(['d2']);
    expect(past).toHaveLength(PAST_ALERTS_KEPT);
    expect(past[0]?.startedAtMs).toBe(2 * (PAST_ALERTS_KEPT + 4));
    expect(lastAlertId).toBe(id);
  });

  it('knows what came after a change, as far back as it reaches', () => {
    const book = new AlertBook(3);
    for (let id = 1; id <= 8; id += 1) book.apply(change(id, 'started', 'd1', id));
    const ids = (since: number) => book.since(since)?.map(({ id }) => id) ?? null;
    expect(ids(8)).toEqual([]);
    expect(ids(6)).toEqual([7, 8]);
    expect(ids(5)).toEqual([6, 7, 8]);
    expect(ids(0)).toBeNull();
    expect(ids(9)).toBeNull();
  });

  it('goes on from a picture, with the changes that led there where they are known', () => {
    const book = new AlertBook(10);
    const open = {
      driverId: 'd1',
      plateNumber: 'p',
      startedAtMs: 1,
      endedAtMs: null,
      unconfirmedSinceMs: null,
    };
    const picture = { active: [open], past: [], lastAlertId: 7 };
    book.replace(picture, [change(6, 'ended', 'd1', 0), change(7, 'started', 'd1', 1)]);
    book.apply(change(8, 'unconfirmed', 'd1', 50));
    expect(book.picture().active).toEqual([{ ...open, unconfirmedSinceMs: 50 }]);
    expect(book.since(6)?.map(({ id }) => id)).toEqual([7, 8]);
    book.replace(picture, []);
    expect(book.since(6)).toBeNull();
    expect(book.since(7)).toEqual([]);
  });
});
