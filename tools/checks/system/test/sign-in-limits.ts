import type { Problem } from '@drivewatch/contracts';
import type { Stack } from '@drivewatch/testing';
import { accessIsKnown } from './access-known';
import { trySignIn } from './dashboard-session';
import { suiteStack } from './suite-stack';

const PASSWORD = 'correct horse battery';

const COLLEAGUES = Array.from({ length: 20 }, (_, n) => `colleague${n}`);

describe('guessing passwords', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await suiteStack();
    for (const name of ['ann', 'bob', ...COLLEAGUES])
      await stack.access.addUser({ name, role: 'viewer', password: PASSWORD });
    await accessIsKnown(stack);
  });

  const attempt = async (name: string, address: string, password = 'a wrong password'): Promise<number> => {
    const response = await trySignIn(stack.url, name, password, { 'X-Forwarded-For': address });
    if (response.status === 429) {
      const { code, detail } = (await response.json()) as Problem;
      // That there was no room for a check says nothing about the limit of attempts.
      if (detail.includes('at this moment')) return attempt(name, address, password);
      expect(code).toBe('RATE_LIMITED');
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    return response.status;
  };
  /** Tries passwords from that many addresses in turn, one after the other. */
  const guess = async (name: string, addressOf: (n: number) => string, count: number): Promise<number[]> => {
    const statuses: number[] = [];
    for (let n = 0; n < count; n += 1) statuses.push(await attempt(name, addressOf(n)));
    return statuses;
  };
  const checked = (statuses: number[]) => statuses.filter((status) => status === 401).length;
  const HOME = '2001:db8:a:1::7';
  const networkOfSite = (n: number) => `2001:db8:bad:${n.toString(16)}::1`;

  it('from many networks is stopped by the account, whether there is one or not, and keeps nobody out at home', async () => {
    expect(await attempt('ann', HOME, PASSWORD)).toBe(204);
    const guesses: Record<string, number[]> = {};
    for (const name of ['ann', 'absent']) guesses[name] = await guess(name, networkOfSite, 30);
    // Ten are checked, plus the one with which the first pause begins.
    expect(checked(guesses.ann ?? [])).toBe(11);
    expect(guesses.absent).toEqual(guesses.ann);
    expect(await attempt('ann', HOME, PASSWORD)).toBe(204);
    expect(await attempt('ann', '2001:db8:a:1:ffff::1', PASSWORD)).toBe(204);
    // Nobody can tell who it is from elsewhere, and not even the right password is checked.
    expect(await attempt('ann', '198.51.100.4', PASSWORD)).toBe(429);
  });

  it('by many names is stopped by the address and by the site around it', async () => {
    let name = 0;
    const another = () => `stranger${(name += 1)}`;
    const statuses: number[] = [];
    for (let count = 0; count < 45; count += 1) statuses.push(await attempt(another(), '198.51.100.9'));
    expect(checked(statuses)).toBe(40);
    for (let count = 0; count < 70; count += 1)
      statuses.push(await attempt(another(), `198.51.100.${100 + (count % 50)}`));
    expect(checked(statuses)).toBe(100);
    expect(await attempt(another(), '198.51.101.1')).toBe(401);
  });

  it('does not keep those out who have signed in from the same address before', async () => {
    expect(await attempt('bob', '203.0.113.5', PASSWORD)).toBe(204);
    for (let count = 0; count < 41; count += 1) await attempt(`whoever${count}`, '203.0.113.5');
    expect(await attempt('whoever', '203.0.113.5')).toBe(429);
    expect(await attempt('bob', '203.0.113.5', PASSWORD)).toBe(204);
  });

  it('does not include twenty colleagues behind one address who each mistype twice on their first day', async () => {
    for (let round = 0; round < 2; round += 1) {
      for (const name of COLLEAGUES) {
        expect(await attempt(name, '192.0.2.33')).toBe(401);
        if (round === 1) expect(await attempt(name, '192.0.2.33', PASSWORD)).toBe(204);
      }
    }
    // What they used up has been given back.
    for (let count = 0; count < 40; count += 1)
      expect(await attempt(`unknown${count}`, '192.0.2.33')).toBe(401);
  });
});
