import { hashDeviceKey } from '@drivewatch/credentials';
import type { AuditEvent } from '@drivewatch/contracts';
import {
  AuditEventRepository,
  commandActor,
  type Database,
  DeviceKeyRepository,
  DrivingRecordRepository,
  migrate,
} from '@drivewatch/persistence';
import { aRecord } from '@drivewatch/contracts/samples';
import { runAudit } from '../../src/access/audit';
import { EXIT } from '@drivewatch/config/command-line';
import { runDrivers } from '../../src/access/drivers';
import { runKeys } from '../../src/access/keys';
import { runUsers } from '../../src/access/users';

/**
 * Tests `npm run audit`.
 *
 * @param run runs a command with its arguments, and the password to type
 * @param seen returns the database of the running test, and the last command's output
 */
export function describeAuditCommand(
  run: (program: typeof runAudit, args: string, password?: string) => Promise<number>,
  seen: () => { database: Database; databaseUrl: string; output: string; notes: string },
): void {
  describe('audit', () => {
    beforeEach(() => migrate(seen().databaseUrl));
    const audit = (args: string) => run(runAudit, args);
    const keys = (args: string) => run(runKeys, args);
    const users = (args: string, password?: string) => run(runUsers, args, password);
    const me = commandActor();

    it('shows who changed keys, users and drivers, the newest first, and no key or password', async () => {
      await new DrivingRecordRepository(seen().database).insertNew([aRecord({ driverId: 'typo' })]);
      await keys('create --name truck --driver d1');
      const key = seen().output.trim();
      await keys('rotate truck');
      const rotated = seen().output.trim();
      const ids = (await new DeviceKeyRepository(seen().database).list()).map(({ id }) => id);
      await keys(`revoke ${ids[0]}`);
      await users('add ann --role viewer', 'a secret of ann');
      await users('role ANN admin');
      await users('password ann', 'another of ann');
      await users('remove ann');
      await run(runDrivers, 'remove typo');
      expect(await audit('')).toBe(EXIT.done);
      const [head, ...lines] = seen().output.trimEnd().split('\n');
      expect(head).toMatch(/^TIME +KIND +WHO +ADDRESS +WHAT +MORE$/);
      const told = lines.map((line) => line.split(/\s{2,}/).slice(1, 5)).reverse();
      expect(told).toEqual([
        ['key.created', me, '-', ids[0]],
        ['key.rotated', me, '-', ids[1]],
        ['key.revoked', me, '-', ids[0]],
        ['user.created', me, '-', 'ann'],
        ['user.role-changed', me, '-', 'ann'],
        ['user.password-changed', me, '-', 'ann'],
        ['user.removed', me, '-', 'ann'],
        ['driver.removed', me, '-', 'typo'],
      ]);
      expect(seen().output).toContain('{"role":"admin","before":"viewer"}');
      await audit('--json --since 1h');
      for (const secret of [
        key,
        rotated,
        'a secret of ann',
        'another of ann',
        hashDeviceKey(key).toString('hex'),
      ])
        expect(seen().output).not.toContain(secret);
      expect(
        seen()
          .output.trimEnd()
          .split('\n')
          .map((line) => (JSON.parse(line) as AuditEvent).kind),
      ).toHaveLength(8);
    });

    it('shows events of one kind or time, as many as requested, and nothing that a terminal would obey', async () => {
      const log = new AuditEventRepository(seen().database);
      await log.record({ kind: 'sign-in.failed', actor: null, address: '203.0.113.7' });
      await (
        await seen().database.connected()
      ).query(`INSERT INTO audit_event (kind, subject, occurred_at)
      SELECT 'queue.job-retried', n || E'\\x1b[2J', now() - interval '2 days' + n * interval '1 s' FROM generate_series(1, 450) n`);
      await audit('--kind sign-in.failed');
      expect(seen().output).toMatch(/\n\S+ \S+Z +sign-in\.failed +- +203\.0\.113\.7 +-\n$/);
      await audit('--limit 450 --kind queue.job-retried');
      expect(seen().output.match(/queue\.job-retried/g)).toHaveLength(450);
      expect(seen().output).toMatch(/ 1\\u\{1b\}\[2J\n$/);
      expect(await audit('--since 1h --kind queue.job-retried')).toBe(EXIT.done);
      expect([seen().output, seen().notes]).toEqual(['', 'Nothing is known of that\n']);
    });

    it('refuses what makes no sense', async () => {
      for (const [args, message] of [
        [
          '--kind sign-in',
          /'--kind <kind>' argument 'sign-in' is invalid. Allowed choices are sign-in\.succeeded, /,
        ],
        ['--limit 0', /'--limit <n>' argument '0' is invalid. Allowed: a whole number from 1/],
        ['--since yesterday', /'--since <time>' argument 'yesterday' is invalid. Allowed: 30m, 12h, 90d/],
        ['ann', /too many arguments. Expected 0 arguments but got 1/],
      ] as const) {
        expect(await audit(args)).toBe(EXIT.usage);
        expect(seen().notes).toMatch(message);
      }
    });
  });
}
