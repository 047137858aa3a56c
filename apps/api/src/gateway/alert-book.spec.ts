import { PAST_ALERTS_KEPT } from '@drivewatch/contracts';
import { AlertBook } from './alert-book';

const started = (driverID: string, atMs: number) => ({
  kind: 'started' as const,
  driverID,
  carPlateNumber: 'p',
  atMs,
});
const ended = (driverID: string, atMs: number) => ({
  kind: 'ended' as const,
  driverID,
  carPlateNumber: 'p',
  atMs,
});

describe(AlertBook.name, () => {
  it('keeps who is speeding, and past alerts newest first and no more than are shown', () => {
    const book = new AlertBook();
    for (let n = 0; n < PAST_ALERTS_KEPT + 5; n += 1) {
      book.apply(started('d1', 2 * n));
      book.apply(ended('d1', 2 * n + 1));
    }
    book.apply(started('d2', 7));
    const { active, past } = book.picture();
    expect(active.map(({ driverID }) => driverID)).toEqual(['d2']);
    expect(past).toHaveLength(PAST_ALERTS_KEPT);
    expect(past[0]?.startedAtMs).toBe(2 * (PAST_ALERTS_KEPT + 4));
  });

  it('says that a repeat changed nothing', () => {
    const book = new AlertBook();
    expect(book.apply(started('d1', 5))).not.toBeNull();
    expect(book.apply(started('d1', 5))).toBeNull();
    expect(book.apply(ended('d2', 5))).toBeNull();
  });

  it('takes over what was known before a restart, but not over what has been learnt since', () => {
    const book = new AlertBook();
    book.apply(started('d1', 50));
    book.apply(started('d2', 50));
    book.apply(ended('d2', 60));
    const alert = (driverID: string) => ({ driverID, carPlateNumber: 'p', startedAtMs: 1, endedAtMs: null });
    book.restore({
      active: [alert('d1'), alert('d2'), alert('d3')],
      past: [{ ...alert('d4'), endedAtMs: 2 }],
    });
    const { active, past } = book.picture();
    expect(active.map(({ driverID, startedAtMs }) => [driverID, startedAtMs])).toEqual([
      ['d1', 50],
      ['d3', 1],
    ]);
    expect(past.map(({ driverID }) => driverID)).toEqual(['d2', 'd4']);
  });
});
