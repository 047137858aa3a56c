import { readRefusals } from './rejections';

describe(readRefusals, () => {
  it('tells a queue that does not answer from every other reason', () => {
    const metrics = [
      '# TYPE drivewatch_records_rejected_total counter',
      'drivewatch_records_rejected_total{reason="QUEUE_UNAVAILABLE"} 12',
      'drivewatch_records_rejected_total{reason="INVALID_RECORD"} 3',
      'drivewatch_records_rejected_total{reason="INTERNAL_ERROR"} 1',
      'drivewatch_records_accepted_total 5000',
    ].join('\n');
    expect(readRefusals(metrics)).toEqual({ ofQueue: 12, others: 4 });
  });

  it('finds nothing where nothing was refused', () => {
    expect(readRefusals('drivewatch_records_accepted_total 1\n')).toEqual({ ofQueue: 0, others: 0 });
  });
});
