import { type AcceptedRecord, type RecordWarningKind, TIME_TOLERANCE_MS } from '@drivewatch/contracts';
import { IngestionMetrics } from '../ingestion-metrics';
import { RecordWarnings } from './record-warnings';

const NOW_MS = Date.parse('2026-05-04T08:00:00Z');

const aRecord = (fields: Partial<AcceptedRecord> = {}): AcceptedRecord =>
  ({ driverId: 'd1', recordedAtMs: NOW_MS, receivedAtMs: NOW_MS, ...fields }) as AcceptedRecord;

/** Returns a record of the driver so many seconds from now that says that speeding begins. */
const aStart = (seconds: number, fields: Partial<AcceptedRecord> = {}): AcceptedRecord =>
  aRecord({ recordedAtMs: NOW_MS + seconds * 1000, overspeed: true, ...fields });

function found(...records: AcceptedRecord[]): (readonly RecordWarningKind[])[] {
  const warnings = new RecordWarnings(new IngestionMetrics());
  return records.map((record) => warnings.note(record));
}

describe(RecordWarnings.name, () => {
  it.each<[string, Partial<AcceptedRecord>, RecordWarningKind[]]>([
    ['nothing in an ordinary record', {}, []],
    ['nothing in an old one', { recordedAtMs: NOW_MS - 90 * 86_400_000 }, []],
    ['nothing in one ahead as far as clocks differ', { recordedAtMs: NOW_MS + TIME_TOLERANCE_MS }, []],
    ['a clock that is ahead', { recordedAtMs: NOW_MS + TIME_TOLERANCE_MS + 1 }, ['clockAhead']],
    ['a clock that begins at 6 January 1980', { recordedAtMs: Date.UTC(1980, 0, 6) }, ['clockUnset']],
    ['a position of zeros', { hasZeroPosition: true }, ['zeroPosition']],
    [
      'all that there is',
      { hasZeroPosition: true, recordedAtMs: Date.UTC(1970, 0, 1), overspeed: true },
      ['zeroPosition', 'clockUnset'],
    ],
  ])('finds %s', (_, fields, kinds) => {
    expect(found(aRecord(fields))).toEqual([kinds]);
  });

  it('finds a start that is sent again while the driver is speeding', () => {
    expect(found(aStart(0), aStart(10), aRecord(), aStart(70))).toEqual([
      [],
      ['repeatedOverspeed'],
      [],
      ['repeatedOverspeed'],
    ]);
  });

  it.each<[string, AcceptedRecord[]]>([
    ['after an end', [aStart(0), aStart(5, { overspeed: false, overspeedFinished: true }), aStart(10)]],
    ['after one that was over at once', [aStart(0, { overspeedFinished: true }), aStart(10)]],
    ['of another driver', [aStart(0), aStart(10, { driverId: 'd2' })]],
    ['after a break', [aStart(0), aStart(61)]],
    ['of the same record, sent again', [aStart(0), aStart(0)]],
    ['of an earlier record, sent late', [aStart(10), aStart(0)]],
    ['of something else', [aStart(0), aStart(10, { overspeed: false, neutralSlide: true })]],
  ])('takes a start for a new one %s', (_, records) => {
    expect(found(...records).flat()).toEqual([]);
  });

  it('finds that rolling in neutral begins again', () => {
    const slides = [0, 10].map((seconds) => aStart(seconds, { overspeed: false, neutralSlide: true }));
    expect(found(...slides)).toEqual([[], ['repeatedNeutralSlide']]);
  });

  it('forgets the driver who began longest ago, rather than grow with the fleet', () => {
    const others = Array.from({ length: 9_999 }, (_, n) => aStart(1, { driverId: `other-${n}` }));
    const known = found(aStart(0), ...others, aStart(2));
    expect(known.at(-1)).toEqual(['repeatedOverspeed']);
    const tooMany = [...others, aStart(1, { driverId: 'one more' })];
    expect(found(aStart(0), ...tooMany, aStart(2)).at(-1)).toEqual([]);
  });
});
