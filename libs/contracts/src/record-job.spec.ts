import { type DrivingRecord, drivingRecordSchema } from './driving-record';
import { keepRows, NewerJobError, readRecordJob, RECORD_JOB_VERSION, toRecordJob } from './record-job';

const record: DrivingRecord = drivingRecordSchema.parse({
  id: '01a209c9-a7f0-7268-b88d-95ac33e82f89',
  driverId: 'd1',
  plateNumber: '',
  siteName: '',
  latitudeDeg: null,
  longitudeDeg: null,
  headingDeg: null,
  speedKmh: 72,
  recordedAtMs: 1_483_228_805_000,
  rapidSpeedup: false,
  rapidSlowdown: false,
  neutralSlide: false,
  neutralSlideFinished: false,
  neutralSlideSeconds: 0,
  overspeed: false,
  overspeedFinished: false,
  overspeedSeconds: 0,
  fatigueDriving: false,
  throttleStop: false,
  oilLeak: false,
});

const chosenIn = (job: unknown) => readRecordJob(job).records.map((read) => read.record.isIdChosen);
const claimsIn = (job: unknown) => readRecordJob(job).records.map((read) => read.record.claim);

describe(readRecordJob.name, () => {
  it('gives back the records that a job was made of, through JSON', () => {
    const data: unknown = JSON.parse(JSON.stringify(toRecordJob([record, { ...record, speedKmh: 1 }])));
    const origin = { isIdChosen: true, claim: null };
    expect(readRecordJob(data)).toEqual({
      records: [
        { row: 0, record: { ...record, ...origin } },
        { row: 1, record: { ...record, speedKmh: 1, ...origin } },
      ],
      unreadable: [],
    });
  });

  it('knows which ids were chosen outside, and that any may be where it is not said', () => {
    const made = { ...record, id: '01a209c9-a7f0-7268-b88d-95ac33e82f8a', isIdChosen: false };
    const job = toRecordJob([record, made]);
    expect(job.outsideIds).toEqual([0]);
    expect(chosenIn(JSON.parse(JSON.stringify(job)))).toEqual([true, false]);
    expect(chosenIn(keepRows(job, [1]))).toEqual([false]);
    expect(chosenIn(keepRows(job, [0]))).toEqual([true]);
    expect(chosenIn({ fields: job.fields, rows: job.rows })).toEqual([true, true]);
    expect(toRecordJob([made, made]).outsideIds).toEqual([]);
  });

  it('knows what chosen ids stand for, where the API has said so', () => {
    const claim = { content: '0b6f5b0e-6c1b-5c57-9d4c-0f6f1c1b6a11', sentId: null };
    const derived = { ...claim, sentId: '6f1c1b6a-11aa-4c57-8d4c-0f6f1c1b6a22' };
    const made = { ...record, isIdChosen: false };
    const job = toRecordJob([made, { ...record, claim }, record, { ...record, claim: derived }]);
    expect(claimsIn(JSON.parse(JSON.stringify(job)))).toEqual([null, claim, null, derived]);
    expect(claimsIn(keepRows(job, [0, 3]))).toEqual([null, derived]);
    expect(claimsIn(toRecordJob([{ ...record, claim: { ...claim, sentId: record.id } }]))).toEqual([claim]);
    expect(keepRows(job, [0, 2])).not.toHaveProperty('claims');
    expect(toRecordJob([made, record])).not.toHaveProperty('claims');
    expect(() => readRecordJob({ ...job, claims: [[0, 'none', null]] })).toThrow();
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

  it('reads a job as version 1 has always been written, and writes no other yet', () => {
    const written = {
      fields: Object.keys(record),
      rows: [Object.values(record)],
      outsideIds: [0],
      claims: [[0, '0b6f5b0e-6c1b-5c57-9d4c-0f6f1c1b6a11', null]],
    };
    expect(readRecordJob(written).records).toMatchObject([{ row: 0, record }]);
    expect(toRecordJob([record])).not.toHaveProperty('version');
  });

  it('ignores fields and columns that it does not know', () => {
    const { fields, rows } = toRecordJob([record]);
    const job = {
      version: 1,
      more: 1,
      fields: ['tyres', ...fields, '__proto__'],
      rows: rows.map((row) => [4, ...row, { a: 1 }]),
    };
    const { records, unreadable } = readRecordJob(job);
    expect(unreadable).toEqual([]);
    expect(records.map((read) => read.record)).toEqual([{ ...record, isIdChosen: true, claim: null }]);
  });

  it('says of a job of a newer version that it is one, whatever is in it', () => {
    expect(() => readRecordJob({ version: RECORD_JOB_VERSION + 1, columns: {} })).toThrow(NewerJobError);
  });

  it.each([[null], [{ fields: [], rows: [] }], [{ ...toRecordJob([record]), version: 0 }]])(
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

  it('leaves in the job what it does not know', () => {
    const job = { ...toRecordJob([record, record]), version: 1, more: { a: 1 } };
    expect(keepRows(job, [1])).toEqual({ ...toRecordJob([record]), version: 1, more: { a: 1 } });
  });
});
