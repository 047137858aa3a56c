import type { PostResult } from '@drivewatch/device-client';
import type { Problem } from '@drivewatch/contracts';
import { RefusalLog } from './refusal-log';

const ACCEPTED: PostResult = { ok: true, ids: ['0196'] };
const refused = (status: number, detail: string): PostResult => ({
  ok: false,
  status,
  problem: { status, detail } as Problem,
});

describe(RefusalLog.name, () => {
  it('reports for each refused record whose it is and why', () => {
    const printed: string[] = [];
    const log = new RefusalLog((text) => printed.push(text));
    for (const driver of ['d1', 'd2']) log.onAnswer(driver, refused(403, 'not of this fleet'));
    log.onAnswer('d3', ACCEPTED);
    expect(printed).toEqual([
      'A record of d1 was refused with 403: not of this fleet',
      'A record of d2 was refused with 403: not of this fleet',
    ]);
  });

  it('reports once that the key is refused, and again if it has been accepted in between', () => {
    const printed: string[] = [];
    const log = new RefusalLog((text) => printed.push(text));
    for (const driver of ['d1', 'd2']) log.onAnswer(driver, refused(401, 'no key'));
    expect(printed).toEqual([
      'The server asks for a key (401: no key); DRIVEWATCH_KEY is the one that is sent.',
    ]);
    log.onAnswer('d1', ACCEPTED);
    log.onAnswer('d1', refused(401, 'the key has expired'));
    expect(printed[1]).toMatch('401: the key has expired');
  });
});
