import { DEVICE_KEY_PATTERN, hashDeviceKey, verifyPassword } from '@drivewatch/credentials';
import { createTestDatabase, type EmbeddedService, startTestPostgres } from '@drivewatch/local-services';
import {
  DashboardUserRepository,
  Database,
  DeviceKeyRepository,
  DrivingRecordRepository,
  migrate,
} from '@drivewatch/persistence';
import { aRecord } from '@drivewatch/contracts/samples';
import { EXIT } from '@drivewatch/config/command-line';
import { runDrivers } from '../../src/access/drivers';
import { runKeys } from '../../src/access/keys';
import { runUsers } from '../../src/access/users';
import { describeAuditCommand } from './audit-command';
import { describeEraseCommand } from './erase-command';

describe('npm run keys and npm run users', () => {
  let postgres: EmbeddedService;
  let databaseUrl: string;
  let database: Database;
  let output: string;
  let notes: string;

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    databaseUrl = (await createTestDatabase(postgres.url)).url;
    database = new Database(databaseUrl);
  });
  afterEach(() => database.close());

  const run = async (program: typeof runKeys, args: string, password = '') => {
    output = '';
    notes = '';
    return program({
      args: args === '' ? [] : args.split(' '),
      env: { DATABASE_URL: databaseUrl },
      output: { write: (text: string) => (output += text) !== '' },
      notes: { write: (text: string) => (notes += text) !== '' },
      askPassword: () => Promise.resolve(password),
    });
  };
  const keys = (args: string) => run(runKeys, args);
  const users = (args: string, password?: string) => run(runUsers, args, password);

  it('say what to do when the database has no tables yet', async () => {
    expect(await keys('list')).toBe(EXIT.failed);
    expect(notes).toBe(
      '✗ the database has no tables for keys, users, drivers and the audit log yet; run: npm run migrate\n',
    );
  });

  describe('keys', () => {
    beforeEach(() => migrate(databaseUrl));
    const stored = () => new DeviceKeyRepository(database).list();

    it('are shown once, alone on the output, and stored as a hash', async () => {
      expect(await keys('create --name trucks --fleet --replay')).toBe(EXIT.done);
      const key = output.trim();
      expect(key).toMatch(DEVICE_KEY_PATTERN);
      expect(notes).toMatch(
        /^Key \S+ for the whole fleet, for ever; every API takes it within five seconds\.$/m,
      );
      const [row] = await stored();
      expect(row).toMatchObject({ name: 'trucks', driverIds: null, mayReplay: true, expiresAt: null });
      expect(row?.secretHash.equals(hashDeviceKey(key))).toBe(true);
      expect(await keys('list')).toBe(EXIT.done);
      expect(output).toContain('trucks');
      expect(output + notes).not.toContain(key.slice(3));
    });

    it('may be for some drivers and end by themselves', async () => {
      expect(await keys('create --name car --driver d1 --driver d2 --expires 90d')).toBe(EXIT.done);
      const [row] = await stored();
      expect(row).toMatchObject({ driverIds: ['d1', 'd2'], mayReplay: false });
      expect(((row?.expiresAt?.getTime() ?? 0) - Date.now()) / 86_400_000).toBeCloseTo(90, 2);
      await keys('list');
      expect(output).toMatch(/car +d1, d2 +no +valid until \d{4}-\d\d-\d\d \d\d:\d\dZ .* never/);
    });

    it('work for names with combining marks, in the form that records have', async () => {
      const [composed, thai] = ['José', 'สมศรี'];
      const drivers = [composed.normalize('NFD'), composed, thai];
      expect(await keys(`create --name marks ${drivers.map((id) => `--driver ${id}`).join(' ')}`)).toBe(
        EXIT.done,
      );
      expect((await stored())[0]?.driverIds).toEqual([composed, thai]);
    });

    it('may be for the live feed, also once they are rotated', async () => {
      expect(await keys('create --name board --live --expires 90d')).toBe(EXIT.done);
      expect(output.trim()).toMatch(DEVICE_KEY_PATTERN);
      expect(notes).toMatch(/^Key \S+ for the live feed, until /m);
      expect(await keys('rotate board')).toBe(EXIT.done);
      expect(notes).toMatch(/^Key \S+ of owner \S+ for the live feed, until /m);
      const rights = { name: 'board', driverIds: [], mayReplay: false, readsLive: true };
      expect(await stored()).toMatchObject([rights, rights]);
      await keys('list');
      expect(output.match(/board +the live feed +no +valid until/g)).toHaveLength(2);
    });

    it('are revoked by their ID', async () => {
      await keys('create --name lost --fleet');
      const id = (await stored())[0]?.id ?? '';
      expect(await keys(`revoke ${id}`)).toBe(EXIT.done);
      expect((await stored())[0]?.revokedAt).toBeInstanceOf(Date);
      await keys('list');
      expect(output).toMatch(/lost +the whole fleet +no +revoked/);
      expect(await keys('revoke 00000000-0000-4000-8000-000000000000')).toBe(EXIT.failed);
      expect(notes).toMatch(/There is no key 0{8}-/);
    });

    describe('that are rotated', () => {
      it('have a second secret of the same owner, and the old one ends after the overlap', async () => {
        await keys('create --name truck --driver d1 --replay --expires 90d');
        const [old] = await stored();
        expect(await keys('rotate truck --overlap 2d')).toBe(EXIT.done);
        const key = output.trim();
        const [before, made] = await stored();
        expect(made).toMatchObject({ ownerId: old?.id, name: 'truck', driverIds: ['d1'], mayReplay: true });
        expect(made?.secretHash.equals(hashDeviceKey(key))).toBe(true);
        const days = (end: Date | null | undefined) => ((end?.getTime() ?? 0) - Date.now()) / 86_400_000;
        expect(days(before?.expiresAt)).toBeCloseTo(2, 2);
        expect(days(made?.expiresAt)).toBeCloseTo(90, 2);
        expect(notes).toMatch(/Key \S+ of the same owner is taken until /);
        await keys('list');
        expect(output.match(new RegExp(`${old?.id} +truck`, 'g'))).toHaveLength(2);
      });

      it('keep their first owner over several rotations, also by the ID of a later one', async () => {
        await keys('create --name truck --fleet');
        await keys('rotate truck');
        const second = (await stored())[1]?.id ?? '';
        expect(await keys(`rotate ${second} --overlap 0 --expires 1h`)).toBe(EXIT.done);
        const [first, , third] = await stored();
        expect(third).toMatchObject({ ownerId: first?.id, driverIds: null });
        await keys('list');
        expect(output.match(/expired/g)).toHaveLength(2);
      });

      it('are revoked one by one, or all at once', async () => {
        await keys('create --name truck --fleet');
        await keys('rotate truck');
        const [first, second] = await stored();
        expect(await keys(`revoke ${first?.id}`)).toBe(EXIT.done);
        expect(output).toContain(`Key ${second?.id} of the same owner is still valid; revoke --all`);
        expect((await stored()).map(({ revokedAt }) => revokedAt !== null)).toEqual([true, false]);
        expect(await keys(`revoke ${first?.id} --all`)).toBe(EXIT.done);
        expect((await stored()).map(({ revokedAt }) => revokedAt !== null)).toEqual([true, true]);
        expect(await keys('rotate truck')).toBe(EXIT.failed);
        expect(await keys(`rotate ${second?.id}`)).toBe(EXIT.failed);
        expect(notes).toMatch(/is revoked; create another one/);
      });

      it('are named by their ID if several have the name', async () => {
        await keys('create --name truck --fleet');
        await keys('create --name truck --fleet');
        expect(await keys('rotate truck')).toBe(EXIT.failed);
        expect(notes).toMatch(/2 owners have keys named truck; say which by its ID/);
        expect(await keys('rotate bus')).toBe(EXIT.failed);
        expect(notes).toMatch(/There is no key bus/);
      });
    });

    it.each([
      ['create --fleet', /required option '--name <name>' not specified/],
      [`create --fleet --name ${'x'.repeat(101)}`, /Allowed: 1 to 100 characters/],
      ['create --name x', /give --fleet, --driver or --live/],
      ['create --name x --live --fleet', /^✗ option '--live' cannot be used with option '--fleet'[^\n]*\n$/],
      ['create --name x --live --driver d1', /^✗ option '--live' cannot be used with option '--driver <id>'/],
      ['create --name x --live --replay', /^✗ option '--live' cannot be used with option '--replay'/],
      ['create --name x --fleet --driver d1', /'--fleet' cannot be used with option '--driver <id>'/],
      [
        'create --name x --fleet --expires soon',
        /'--expires <time>' argument 'soon' is invalid. Allowed: 30m, 12h, 90d/,
      ],
      ['create --name x --driver ;drop', /'--driver <id>' argument ';drop' is invalid/],
      ['create --name x --driver d\u202e1', /argument 'd.1' is invalid. Allowed: the ID of a driver/],
      ['create --name x --fleet --forever', /--forever/],
      ['revoke', /missing required argument 'id'/],
      ['revoke all', /value 'all' is invalid for argument 'id'. Allowed: the ID of a key; list shows them/],
      ['rotate', /missing required argument 'key'/],
      [
        'rotate x --overlap soon',
        /'--overlap <time>' argument 'soon' is invalid. Allowed: 30m, 12h, 90d and the like, or 0/,
      ],
      [
        'delete',
        /^✗ unknown command 'delete'; allowed: create, list, rotate, revoke \(--help shows how\)\n$/,
      ],
    ])('refuses %s and changes nothing', async (args, message) => {
      expect(await keys(args)).toBe(EXIT.usage);
      expect(notes).toMatch(message);
      expect(await stored()).toEqual([]);
    });
  });

  describe('drivers', () => {
    beforeEach(async () => {
      await migrate(databaseUrl);
      const records = new DrivingRecordRepository(database);
      for (const [driverId, day] of [
        ['typo', 3],
        ['driver', 3],
        ['typo', 5],
      ] as const)
        await records.insertNew([aRecord({ driverId, recordedAtMs: Date.UTC(2026, 0, day) })]);
    });
    const drivers = (args: string) => run(runDrivers, args);

    it('are listed and removed, and unknown ones are reported', async () => {
      expect(await drivers('remove typo nobody')).toBe(EXIT.failed);
      expect(output).toMatch(/^Driver typo is removed: gone from every page within five seconds/);
      expect(notes).toMatch(/There are no records of nobody/);
      expect(await drivers('list')).toBe(EXIT.done);
      expect(output).toMatch(/^ID +FIRST DAY +LAST DAY +DAYS +REMOVED\ndriver +2026-01-03 +2026-01-03 +1\n/);
      expect(output).toMatch(/\ntypo +2026-01-03 +2026-01-05 +2 +\d{4}-\d\d-\d\d/);
      expect(await drivers('remove typo')).toBe(EXIT.done);
    });

    it.each([
      ['remove', /missing required argument 'ids'/],
      ['list typo', /too many arguments for 'list'/],
      ['hide typo', /unknown command 'hide'; allowed: list, remove, erase/],
    ])('refuses %s', async (args, message) => {
      expect(await drivers(args)).toBe(EXIT.usage);
      expect(notes).toMatch(message);
    });
  });

  describe('users', () => {
    beforeEach(() => migrate(databaseUrl));
    const stored = () => new DashboardUserRepository(database).list();

    it('are added with a hashed password, listed, changed and removed', async () => {
      expect(await users('add ann --role viewer', 'first password')).toBe(EXIT.done);
      const [ann] = await stored();
      expect(ann).toMatchObject({ name: 'ann', role: 'viewer', sessionVersion: 1 });
      expect(await verifyPassword(ann?.passwordHash ?? '', 'first password')).toBe(true);
      await users('list');
      expect(output).toMatch(/^NAME +ROLE +CREATED\nann +viewer +\d{4}-/);
      expect(await users('role ANN admin')).toBe(EXIT.done);
      expect(await users('password ann', 'second password')).toBe(EXIT.done);
      const [changed] = await stored();
      expect(changed).toMatchObject({ role: 'admin', sessionVersion: 3 });
      expect(await verifyPassword(changed?.passwordHash ?? '', 'second password')).toBe(true);
      expect(await users('remove ann')).toBe(EXIT.done);
      expect(await stored()).toEqual([]);
    });

    it.each([
      ['add ann --role viewer', 'short', EXIT.failed, /has 5 characters; allowed: at least 12/],
      [
        'add ann',
        'long enough password',
        EXIT.usage,
        /required option '--role <viewer\|admin>' not specified/,
      ],
      [
        'add ann --role boss',
        'long enough password',
        EXIT.usage,
        /argument 'boss' is invalid. Allowed choices are viewer, admin/,
      ],
      ['add --role viewer -- --role', 'long enough password', EXIT.usage, /not allowed/],
      ['password', '', EXIT.usage, /missing required argument 'name'/],
      ['remove nobody', '', EXIT.failed, /There is no user nobody/],
      ['role nobody admin', '', EXIT.failed, /There is no user nobody/],
      ['role ann boss', '', EXIT.usage, /argument 'viewer\|admin'. Allowed choices are viewer, admin/],
      ['rename a b', '', EXIT.usage, /unknown command 'rename'/],
    ])('refuses %s with %j and changes nothing', async (args, password, code, message) => {
      expect(await users(args, password)).toBe(code);
      expect(notes).toMatch(message);
      expect(await stored()).toEqual([]);
    });

    it('refuses a second user of the same name', async () => {
      await users('add ann --role viewer', 'long enough password');
      expect(await users('add Ann --role admin', 'long enough password')).toBe(EXIT.failed);
      expect(notes).toMatch(/There is a user Ann already/);
    });
  });

  describeAuditCommand(run, () => ({ database, databaseUrl, output, notes }));

  describeEraseCommand(() => ({ database, databaseUrl }));
});
