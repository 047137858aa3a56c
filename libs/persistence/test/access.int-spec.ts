import { createHash } from 'node:crypto';
import {
  AuditEventRepository,
  DashboardUserRepository,
  Database,
  DeviceKeyRepository,
  migrate,
  NO_KEYS_SEEN,
  UserExistsError,
} from '../src';
import { TestPostgres } from './a-database';

describe('keys, users and the audit log', () => {
  let postgres: TestPostgres;
  let database: Database;
  let keys: DeviceKeyRepository;
  let users: DashboardUserRepository;
  beforeAll(async () => {
    postgres = await TestPostgres.start();
    const url = await postgres.emptyDatabase();
    await migrate(url);
    database = new Database(url);
    keys = new DeviceKeyRepository(database);
    users = new DashboardUserRepository(database);
  });
  afterAll(async () => {
    await database.close();
    await postgres.stop();
  });

  const addKey = (name: string) =>
    keys.create({
      name,
      secretHash: createHash('sha256').update(name).digest(),
      driverIds: [`driver of ${name}`],
      mayReplay: false,
      readsLive: false,
      expiresAt: null,
    });
  const changedIds = async (cursor: string) => (await keys.changedSince(cursor)).keys.map(({ id }) => id);

  it('tells which keys changed, and again those that changed shortly before', async () => {
    const first = await addKey('first');
    const { keys: all, cursor } = await keys.changedSince(NO_KEYS_SEEN);
    expect(all).toMatchObject([{ id: first, driverIds: ['driver of first'], revokedAt: null }]);
    const second = await addKey('second');
    expect(await changedIds(cursor)).toEqual([first, second]);
    await (
      await database.connected()
    ).query(`UPDATE device_key SET changed_at = changed_at - interval '1 hour' WHERE id = $1`, [first]);
    expect(await changedIds(cursor)).toEqual([second]);
    await keys.revoke(first);
    expect(await changedIds(cursor)).toEqual([second, first]);
  });

  it('revokes a key once, and says when there is none', async () => {
    const id = await addKey('revoked');
    expect(await keys.revoke(id)).toBe(true);
    const revokedAt = async () => (await keys.list()).find((key) => key.id === id)?.revokedAt;
    const first = await revokedAt();
    expect(first).toBeInstanceOf(Date);
    expect(await keys.revoke(id)).toBe(true);
    expect(await revokedAt()).toEqual(first);
    expect(await keys.revoke('00000000-0000-4000-8000-000000000000')).toBe(false);
  });

  describe('for the live feed', () => {
    const secretOf = (name: string) => createHash('sha256').update(name).digest();
    const liveKey = (name: string) =>
      ({
        name,
        secretHash: secretOf(name),
        driverIds: [],
        mayReplay: false,
        readsLive: true,
        expiresAt: null,
      }) as const;
    const addLiveKey = (name: string) => keys.create({ ...liveKey(name), driverIds: [] });
    const query = async <T>(sql: string, values: unknown[] = []): Promise<T[]> =>
      (await database.connected()).query<T[]>(sql, values);

    it('keeps what it is for when it is replaced, and the audit log says so', async () => {
      const id = await addLiveKey('board');
      const made = await keys.rotate(id, {
        secretHash: secretOf('board, again'),
        expiresAt: null,
        oldEndsAt: new Date('2030-01-01T00:00:00Z'),
      });
      expect(made).toMatchObject({ ownerId: id, driverIds: [], mayReplay: false, readsLive: true });
      const { keys: changed } = await keys.changedSince(NO_KEYS_SEEN);
      expect(changed.filter(({ readsLive }) => readsLive).map((key) => key.id)).toEqual([id, made?.id]);
      const events = await new AuditEventRepository(database).list({ limit: 2 });
      const said = { name: 'board', readsLive: true, expiresAt: null };
      expect(events.map(({ kind, detail }) => [kind, detail]).reverse()).toEqual([
        ['key.created', said],
        ['key.rotated', { ...said, owner: id, oldEndsAt: '2030-01-01T00:00:00.000Z' }],
      ]);
    });

    it('may send records of nobody, as the version before reads it', async () => {
      const id = await addLiveKey('read by the version before');
      const read = await query(
        `SELECT driver_ids AS drivers, may_replay AS replay FROM device_key WHERE id = $1`,
        [id],
      );
      expect(read).toEqual([{ drivers: [], replay: false }]);
    });

    it('is never a key for records at once, nor comes about where the version before makes a key', async () => {
      for (const wrong of [{ driverIds: ['d1'] }, { driverIds: null }, { driverIds: [], mayReplay: true }])
        await expect(keys.create({ ...liveKey('wrong'), ...wrong })).rejects.toThrow(
          /ck_device_key_reads_live/,
        );
      const insert = `INSERT INTO device_key (id, name, secret_hash, driver_ids, may_replay)
        VALUES (gen_random_uuid(), 'made before', $1, $2, false) RETURNING reads_live AS "readsLive"`;
      expect(await query(insert, [secretOf('made before'), ['d1']])).toEqual([{ readsLive: false }]);
      await expect(query(insert, [secretOf('of nobody'), []])).rejects.toThrow(/ck_device_key_driver_ids/);
    });
  });

  it('keeps the latest use of a key, whichever instance says it first', async () => {
    const id = await addKey('used');
    await keys.markUsed(new Map([[id, 2_000_000]]));
    await keys.markUsed(new Map([[id, 1_000_000]]));
    expect((await keys.list()).find((key) => key.id === id)?.lastUsedAt).toEqual(new Date(2_000_000));
  });

  it('refuses a second user of a name in other letters', async () => {
    await users.add({ name: 'Ann', role: 'viewer', passwordHash: 'x' });
    await expect(users.add({ name: 'aNN', role: 'admin', passwordHash: 'y' })).rejects.toThrow(
      UserExistsError,
    );
  });

  it('ends the sessions of a user whose password or role changes', async () => {
    await users.add({ name: 'bob', role: 'viewer', passwordHash: 'x' });
    const bob = async () => (await users.list()).find(({ name }) => name === 'bob');
    expect(await bob()).toMatchObject({ sessionVersion: 1 });
    expect(await users.change('BOB', { role: 'admin' })).toBe(true);
    expect(await bob()).toMatchObject({ sessionVersion: 2, role: 'admin', passwordHash: 'x' });
    expect(await users.change('bob', { passwordHash: 'z' })).toBe(true);
    expect(await bob()).toMatchObject({ sessionVersion: 3, passwordHash: 'z' });
    expect(await users.remove('Bob')).toBe(true);
    expect(await bob()).toBeUndefined();
    expect(await users.change('bob', { role: 'viewer' })).toBe(false);
    expect(await users.remove('bob')).toBe(false);
  });

  describe('the audit log', () => {
    const log = () => new AuditEventRepository(database);
    const withTables = async () => {
      const url = await postgres.emptyDatabase();
      await migrate(url);
      return url;
    };

    it('has each change of keys and users with it, and nothing where none was made', async () => {
      const ann = new Database(await withTables(), { actor: 'command:ann' });
      const of = { keys: new DeviceKeyRepository(ann), users: new DashboardUserRepository(ann) };
      const secretHash = Buffer.alloc(32);
      const driverIds = Array.from({ length: 30 }, (_, index) => `d${index}`);
      const expiresAt = new Date('2030-01-01T00:00:00Z');
      const first = await of.keys.create({
        name: 'truck',
        secretHash,
        driverIds,
        mayReplay: true,
        readsLive: false,
        expiresAt,
      });
      const rotation = { secretHash: Buffer.alloc(32, 1), expiresAt: null, oldEndsAt: expiresAt };
      const second = await of.keys.rotate(first, rotation);
      await of.keys.revoke(first);
      await of.keys.revoke(first);
      await of.users.add({ name: 'Bob', role: 'viewer', passwordHash: 'argon' });
      await expect(of.users.add({ name: 'bob', role: 'viewer', passwordHash: 'argon' })).rejects.toThrow();
      await of.users.change('bob', { role: 'admin' });
      await of.users.change('nobody', { role: 'admin' });
      await of.users.change('bob', { passwordHash: 'other' });
      await of.users.remove('bob');
      await of.users.remove('bob');
      const events = await new AuditEventRepository(ann).list({ limit: 99 });
      await ann.close();
      expect(new Set(events.map(({ actor }) => actor))).toEqual(new Set(['command:ann']));
      const drivers = driverIds.slice(0, 20);
      const said = { name: 'truck', drivers, driversInAll: 30, mayReplay: true };
      expect(events.map(({ kind, subject, detail }) => [kind, subject, detail]).reverse()).toEqual([
        ['key.created', first, { ...said, expiresAt: '2030-01-01T00:00:00.000Z' }],
        [
          'key.rotated',
          second?.id,
          { ...said, expiresAt: null, owner: first, oldEndsAt: '2030-01-01T00:00:00.000Z' },
        ],
        ['key.revoked', first, { name: 'truck' }],
        ['user.created', 'Bob', { role: 'viewer' }],
        ['user.role-changed', 'Bob', { role: 'admin', before: 'viewer' }],
        ['user.password-changed', 'Bob', null],
        ['user.removed', 'Bob', { role: 'admin' }],
      ]);
    });

    it('tells the newest events first, a page at a time, or of one kind', async () => {
      await log().record({ kind: 'driver.erased', actor: 'command:ann', subject: 'd1', detail: { rows: 3 } });
      await log().record({ kind: 'sign-in.failed', actor: null, address: '203.0.113.7' });
      await log().record({ kind: 'sign-in.failed', actor: 'bob', address: 'fe80::1%eth0' });
      await log().record({ kind: 'driver.erased', address: 'unknown' });
      const [newest, second] = await log().list({ limit: 2 });
      expect(newest).toMatchObject({
        kind: 'driver.erased',
        actor: 'drivewatch',
        address: null,
        detail: null,
      });
      expect(second).toMatchObject({ actor: 'bob', address: 'fe80::1', subject: null });
      const before = await log().list({ limit: 2, before: second?.id });
      expect(before).toMatchObject([
        { kind: 'sign-in.failed', actor: null, address: '203.0.113.7' },
        { kind: 'driver.erased', actor: 'command:ann', subject: 'd1', detail: { rows: 3 } },
      ]);
      expect(await log().list({ limit: 9, kind: 'driver.erased' })).toEqual([newest, before[1]]);
    });

    it.each([
      ['UPDATE', `UPDATE audit_event SET actor = 'nobody'`],
      ['DELETE', `DELETE FROM audit_event WHERE id < 0`],
      ['TRUNCATE', `TRUNCATE audit_event`],
    ])('refuses %s', async (operation, statement) => {
      await log().record({ kind: 'driver.erased', subject: operation });
      const dataSource = await database.connected();
      await expect(dataSource.query(statement)).rejects.toThrow(
        `audit_event is only added to: ${operation} is refused`,
      );
      expect(await log().list({ limit: 1 })).toMatchObject([{ subject: operation, actor: 'drivewatch' }]);
    });
  });
});
