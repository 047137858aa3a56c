import { OutageLog } from './outage-log';

describe(OutageLog.name, () => {
  it('says once that the server is away and once that it is back, with what was lost', () => {
    const lines: string[] = [];
    const log = new OutageLog((text) => lines.push(text), 20);
    log.onAnswer();
    for (const retry of [1, 2, 3]) log.onRetry({ reason: 'ECONNREFUSED', retry, delayMs: 100 });
    log.onDropped(2);
    log.onDropped(5);
    log.onAnswer();
    log.onAnswer();
    expect(lines).toEqual([
      expect.stringMatching(/^The server does not take records \(ECONNREFUSED\).* last 20 records/),
      'The server takes records again; 7 old ones were dropped.',
    ]);
  });
});
