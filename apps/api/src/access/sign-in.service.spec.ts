import { hashPassword, verifyPassword } from '@drivewatch/credentials';
import { Redis } from 'ioredis';
import type { AuditLog } from '../audit/audit-log';
import type { DashboardUsers } from './dashboard-users';
import { SignInLimits } from './sign-in-limits';
import { SignInService } from './sign-in.service';

jest.mock('@drivewatch/credentials', () => {
  const actual = jest.requireActual<typeof import('@drivewatch/credentials')>('@drivewatch/credentials');
  return { ...actual, verifyPassword: jest.fn(actual.verifyPassword) };
});

describe(SignInService.name, () => {
  // This Redis is away, so that attempts are counted in memory.
  const redis = new Redis({ lazyConnect: true });
  beforeAll(() => redis.disconnect());

  it('does the same work for an unknown name as for a wrong password', async () => {
    const passwordHash = await hashPassword('the right password');
    const users = {
      isLoaded: true,
      named: (name: string) => (name === 'vera' ? { passwordHash } : undefined),
    };
    const service = new SignInService(
      users as unknown as DashboardUsers,
      new SignInLimits(redis, { SESSION_SECRET: 'a secret of the tests' }),
      { noteUselessSignIn: () => undefined } as unknown as AuditLog,
    );
    for (const name of ['vera', 'nobody'])
      await expect(service.check({ name, password: 'a wrong password' }, '10.0.0.1')).rejects.toThrow(
        'The name or the password is wrong',
      );
    // The head of the hash that a password is checked against states the costs of Argon2.
    const costs = jest.mocked(verifyPassword).mock.calls.map(([hash]) => hash.split('$').slice(0, 4));
    expect(costs).toEqual([costs[0], costs[0]]);
    expect(costs[0]?.[1]).toBe('argon2id');
    expect(redis.status).toBe('end');
  });
});
