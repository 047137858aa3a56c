import { type DrivingRecord, drivingRecordSchema } from './driving-record';
import { keepRows, readRecordJob, toRecordJob } from './record-job';

const record: DrivingRecord = drivingRecordSchema.parse({
  ...{ id: '01a209c9-a7f0-7268-b88d-95ac33e82f89', driverId: 'd1', plateNumber: '', siteName: '' },
  ...{
    latitudeDeg: null,
    longitudeDeg: null,
    headingDeg: null,
    speedKmh: 72,
    recordedAtMs: 1_483_228_805_000,
  },
  ...{ rapidSpeedup: false, rapidSlowdown: false, neutralSlide: false, neutralSlideFinished: false },
  ...{ neutralSlideSeconds: 0, overspeed: false, overspeedFinished: false, overspeedSeconds: 0 },
  ...{ fatigueDriving: false, throttleStop: false, oilLeak: false },
});

describe(readRecordJob.name, () => {
  it('gives back the records that a job was made of, through JSON', () => {
    const data: unknown = JSON.parse(JSON.stringify(toRecordJob([record, { ...record, speedKmh: 1 }])));
    expect(readRecordJob(data)).toEqual({
      records: [
        { row: 0, record },
        { row: 1, record: { ...record, speedKmh: 1 } },
      ],
      unreadable: [],
      newIds: new Set(),
    });
  });

  it('knows which ids were made for their records, and that any may be from outside where it is not said', () => {
    const made = { ...record, id: '01a209c9-a7f0-7268-b88d-95ac33e82f8a', idIsNew: true };
    const job = toRecordJob([record, made]);
    expect(job.outsideIds).toEqual([0]);
    expect(readRecordJob(JSON.parse(JSON.stringify(job))).newIds).toEqual(new Set([made.id]));
    expect(readRecordJob(keepRows(job, [1])).newIds).toEqual(new Set([made.id]));
    expect(readRecordJob(keepRows(job, [0])).newIds).toEqual(new Set());
    expect(readRecordJob({ fields: job.fields, rows: job.rows }).newIds).toEqual(new Set());
    expect(toRecordJob([made, made]).outsideIds).toEqual([]);
  });

  it('reads what can be read, and says of each other row what is wrong with it', () => {
    const { fields, rows } = toRecordJob([record, { ...record, speedKmh: -1 }, record]);
    const { records, unreadable } = readRecordJob({ fields, rows: [...rows, []] });
    expect(records.map(({ row }) => row)).toEqual([0, 2]);
    expect(unreadable).toEqual([
      { row: 1, problem: expect.stringMatching(/^speedKmh: Too small/) as string },
      {
        row: 3,
        problem: expect.stringMatching(/^id: .*, driverId: .*, plateNumber: .*, and 17 more$/) as string,
      },
    ]);
  });

  it.each([[null], [{ fields: [], rows: [] }], [{ ...toRecordJob([record]), more: 1 }]])(
    'refuses %j',
    (data) => {
      expect(() => readRecordJob(data)).toThrow();
    },
  );
});

describe(keepRows.name, () => {
  it('leaves the named rows in the job', () => {
    const job = toRecordJob([record, { ...record, speedKmh: 1 }, { ...record, speedKmh: 2 }]);
    expect(readRecordJob(keepRows(job, [0, 2])).records.map((kept) => kept.record.speedKmh)).toEqual([72, 2]);
  });
});
