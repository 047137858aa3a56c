import {
  readAlert,
  readChange,
  readHistory,
  readSpell,
  writeAlert,
  writeChange,
  writeHistory,
  writeSpell,
} from './stored-alerts';

/** An alert as written by versions that this one replaces, or that run beside it. */
const ALERT = { driverID: 'd1', carPlateNumber: 'p', startedAtMs: 5, endedAtMs: null, unconfirmedSinceMs: 7 };
const SPELL = { ...ALERT, lastFlagMs: 6, reporterId: 'key' };
const HISTORY = { driverID: 'd1', lastStartMs: 5, lastEndMs: null, recordIds: ['a'], heardAtMs: 8 };
const CHANGE = { kind: 'ended', driverID: 'd1', carPlateNumber: 'p', atMs: 9, endUnknown: true };

describe('alerts in Redis', () => {
  it('are read under the names of the code', () => {
    expect(readAlert(JSON.stringify(ALERT))).toMatchObject({ driverId: 'd1', plateNumber: 'p' });
    expect(readSpell(JSON.stringify(SPELL))).toMatchObject({ driverId: 'd1', lastFlagMs: 6 });
    expect(readHistory(JSON.stringify(HISTORY))).toMatchObject({ driverId: 'd1', lastAcceptedMs: 8 });
    expect(readChange(JSON.stringify(CHANGE))).toMatchObject({ driverId: 'd1', plateNumber: 'p', atMs: 9 });
  });

  it('are written as other versions read them', () => {
    expect(JSON.parse(writeAlert(readAlert(JSON.stringify(ALERT))))).toEqual(ALERT);
    expect(JSON.parse(writeSpell(readSpell(JSON.stringify(SPELL))))).toEqual(SPELL);
    expect(JSON.parse(writeHistory(readHistory(JSON.stringify(HISTORY))))).toEqual(HISTORY);
    expect(JSON.parse(writeChange(readChange(JSON.stringify(CHANGE))))).toEqual(CHANGE);
  });

  it('may hold parts of milliseconds, which pages are not sent', () => {
    const kept = { ...ALERT, startedAtMs: 5.25, endedAtMs: 6.75, unconfirmedSinceMs: 7.5 };
    expect(readAlert(JSON.stringify(kept))).toMatchObject({
      startedAtMs: 5,
      endedAtMs: 6,
      unconfirmedSinceMs: 7,
    });
    expect(readChange(JSON.stringify({ ...CHANGE, atMs: 9.125 })).atMs).toBe(9);
  });

  it('may lack fields that the first versions did not have', () => {
    const { driverID, carPlateNumber, startedAtMs, endedAtMs } = ALERT;
    const first = JSON.stringify({ driverID, carPlateNumber, startedAtMs, endedAtMs });
    expect(readAlert(first).unconfirmedSinceMs).toBeNull();
    expect(readSpell(first)).toMatchObject({ lastFlagMs: startedAtMs, reporterId: '' });
    const { lastStartMs, lastEndMs, recordIds } = HISTORY;
    expect(readHistory(JSON.stringify({ driverID, lastStartMs, lastEndMs, recordIds })).lastAcceptedMs).toBe(
      0,
    );
  });
});
