import type { NewAuditEvent } from '@drivewatch/persistence';
import { SignInEvents } from './sign-in-events';

describe(SignInEvents.name, () => {
  let told: NewAuditEvent[];
  let events: SignInEvents;
  beforeEach(() => {
    jest.useFakeTimers();
    told = [];
    events = new SignInEvents((event) => told.push(event));
  });
  afterEach(() => jest.useRealTimers());
  const fail = (actor: string | null, times = 1): void => {
    for (let time = 0; time < times; time += 1)
      events.note({ kind: 'sign-in.failed', actor, address: `203.0.113.${time % 250}` });
  };

  it('reports 100 failures in a quarter of an hour singly, and then how many more there were', () => {
    fail('ann', 150);
    expect(told).toHaveLength(100);
    jest.advanceTimersByTime(15 * 60_000);
    expect(told.slice(100)).toEqual([
      { kind: 'sign-in.failed', actor: null, detail: { more: 50, minutes: 15, names: 'known' } },
    ]);
    fail('ann');
    expect(told.at(-1)).toEqual({ kind: 'sign-in.failed', actor: 'ann', address: '203.0.113.0' });
  });

  it('reports failures of a user, however many unknown names are tried', () => {
    fail(null, 1_000);
    fail('ann');
    expect(told).toHaveLength(101);
    expect(told.at(-1)).toMatchObject({ actor: 'ann' });
  });

  it('reports the refusal of a name at an address once, and the number of others at the end', () => {
    const refuse = (address: string) => {
      events.note({ kind: 'sign-in.refused', actor: 'ann', address });
    };
    for (let time = 0; time < 10; time += 1) refuse('203.0.113.7');
    refuse('203.0.113.8');
    expect(told.map(({ address }) => address)).toEqual(['203.0.113.7', '203.0.113.8']);
    events.flush();
    expect(told.slice(2)).toMatchObject([{ kind: 'sign-in.refused', detail: { more: 9 } }]);
    events.flush();
    expect(told).toHaveLength(3);
  });
});
