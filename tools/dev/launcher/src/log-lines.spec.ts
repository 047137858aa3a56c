import { loudMessage, RepeatFilter } from './log-lines';

describe(loudMessage.name, () => {
  it.each([
    ['[Nest] 7  - 11/23/2026, 6:58:01 PM   ERROR [Gateway] Redis is away', '[Gateway] Redis is away'],
    ['\u001b[33m[Nest] 7  - \u001b[39m11/23/2026, 6:58:01 PM \u001b[33m   WARN\u001b[39m slow', 'slow'],
    ['{"level":50,"time":1,"msg":"Redis is away"}', 'Redis is away'],
    ['{"level":"warn","message":"late"}', 'late'],
    ['Error: out of memory', 'Error: out of memory'],
  ])('takes the message out of %j', (line, message) => {
    expect(loudMessage(line)).toBe(message);
  });

  it.each([
    '[Nest] 7  - 11/23/2026, 6:58:01 PM     LOG [Gateway] handles ERROR frames',
    '{"level":30,"msg":"error rate: 0"}',
    '{"level":50',
    '    at Server.listen (node:net:1)',
    'records 12, errors 0',
  ])('keeps %j off the terminal', (line) => {
    expect(loudMessage(line)).toBeUndefined();
  });
});

describe(RepeatFilter.name, () => {
  it('passes a message again after half a minute, and not before even with other numbers', () => {
    let time = 0;
    const filter = new RepeatFilter(() => time);
    expect(filter.isNew('cannot reach port 6379')).toBe(true);
    expect(filter.isNew('cannot reach port 6380')).toBe(false);
    expect(filter.isNew('out of memory')).toBe(true);
    time = 30_000;
    expect(filter.isNew('cannot reach port 6379')).toBe(true);
  });
});
