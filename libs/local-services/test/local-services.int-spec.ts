import { chmod, chown, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import {
  createTemporaryServicesDir,
  createTestDatabase,
  findEmbeddedPostgres,
  startEmbeddedPostgres,
  startEmbeddedRedis,
  startTestPostgres,
  type EmbeddedService,
  type TemporaryDir,
} from '../src';
import { signalProcess } from '../src/process/running-process';
import { canUse, makeOpenFolder, UNPRIVILEGED } from '../src/service/service-home';

let temporary: TemporaryDir;
let dir: string;
const running = new Set<EmbeddedService>();

async function started(service: Promise<EmbeddedService>): Promise<EmbeddedService> {
  const handle = await service;
  running.add(handle);
  return handle;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function command(url: string, name: string, ...args: string[]): Promise<unknown> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, enableReadyCheck: false });
  let lastError: unknown;
  client.on('error', (error: Error) => {
    lastError = error;
  });
  try {
    await client.connect();
    return await client.call(name, args);
  } catch (cause) {
    // The client's own rejection only says that the connection was closed.
    throw lastError ?? cause;
  } finally {
    client.disconnect();
  }
}

function withPassword(url: string, password: string): string {
  const changed = new URL(url);
  changed.password = password;
  return changed.href;
}

beforeEach(async () => {
  temporary = await createTemporaryServicesDir();
  dir = temporary.dir;
});
afterEach(async () => {
  for (const service of running) await service.stop();
  running.clear();
  await temporary.remove();
});

describe(startEmbeddedPostgres.name, () => {
  it('keeps its data over a restart', async () => {
    const first = await started(startEmbeddedPostgres({ dataDir: dir }));
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS answer');
    await first.stop();
    const second = await started(startEmbeddedPostgres({ dataDir: dir, port: first.port }));
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 7 }]);
  });

  it('starts again after a SIGKILL, with everything that was committed', async () => {
    const first = await started(startEmbeddedPostgres({ dataDir: dir }));
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS answer');
    first.kill('SIGKILL');
    const second = await started(startEmbeddedPostgres({ dataDir: dir, port: first.port }));
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 7 }]);
  });

  it('waits for the connections of a server that was killed, which have its files until they end', async () => {
    const first = await started(startTestPostgres({ dataDir: dir }));
    const client = new Client({ connectionString: first.url });
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const connection = rows[0]?.pid ?? NaN;
    process.kill(connection, 'SIGSTOP');
    first.kill('SIGKILL');
    await first.exited;
    const goOn = () => signalProcess(connection, 'SIGCONT');
    const messages: string[] = [];
    const onProgress = (message: string) => {
      messages.push(message);
      goOn();
    };
    const second = await started(
      startTestPostgres({ dataDir: dir, port: first.port, onProgress }).finally(goOn),
    );
    expect(messages).toEqual([expect.stringContaining('Waiting for the connections')]);
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('stops a server that still runs on the same data', async () => {
    const first = await started(startTestPostgres({ dataDir: dir }));
    const messages: string[] = [];
    const second = await started(
      startTestPostgres({ dataDir: dir, onProgress: (message) => messages.push(message) }),
    );
    await first.exited;
    expect(messages).toEqual([expect.stringContaining(`process ${first.pid}`)]);
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('refuses a wrong password, and keeps the right one where only its user may read it', async () => {
    const server = await started(startEmbeddedPostgres({ dataDir: dir }));
    await expect(query(withPassword(server.url, 'guess'), 'SELECT 1')).rejects.toThrow(
      'password authentication failed',
    );
    const { mode } = await stat(join(server.dataDir, 'password'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('shows the end of its log when the port is taken', async () => {
    const first = await started(startTestPostgres({ dataDir: join(dir, 'a') }));
    await expect(startTestPostgres({ dataDir: join(dir, 'b'), port: first.port })).rejects.toThrow(
      /could not bind IPv4 address/,
    );
  });

  it('deletes its temporary folder on stop when it was given none', async () => {
    const server = await started(startTestPostgres());
    await server.stop();
    await expect(stat(server.dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe(startTestPostgres.name, () => {
  it('creates the files once for servers that start side by side, each with data of its own', async () => {
    const cache = join(dir, 'cache');
    const start = (name: string) => started(startTestPostgres({ dataDir: join(dir, name) }, cache));
    const [one, other] = await Promise.all([start('one'), start('other')]);
    await query(one.url, 'CREATE TABLE mine ()');
    expect(await query(other.url, `SELECT to_regclass('mine') AS mine`)).toEqual([{ mine: null }]);
    const templates = (await readdir(cache)).filter((name) => !name.endsWith('.lock'));
    expect(templates).toEqual([expect.stringMatching(/^postgresql-/)]);
  });

  it('has everything that was committed after a SIGKILL', async () => {
    const first = await started(startTestPostgres({ dataDir: dir }));
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS answer');
    first.kill('SIGKILL');
    const second = await started(startTestPostgres({ dataDir: dir }));
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 7 }]);
  });
});

describe(findEmbeddedPostgres.name, () => {
  it('finds a server while it runs, and none when it has ended in whatever way', async () => {
    const dataDir = join(dir, 'postgres');
    expect(await findEmbeddedPostgres(dataDir)).toBeNull();
    const first = await started(startTestPostgres({ dataDir }));
    const url = await findEmbeddedPostgres(dataDir);
    expect(url).toBe(first.url);
    expect(await query(url ?? '', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    first.kill('SIGKILL');
    await first.exited;
    expect(await findEmbeddedPostgres(dataDir)).toBeNull();
    const second = await started(startTestPostgres({ dataDir }));
    expect(await findEmbeddedPostgres(dataDir)).toBe(second.url);
    await second.stop();
    expect(await findEmbeddedPostgres(dataDir)).toBeNull();
  });
});

const whenRoot = process.getuid?.() === 0 ? describe : describe.skip;

whenRoot('below a folder that only root may enter', () => {
  it('lets the unprivileged user into the folder elsewhere, though what is made is kept from others', async () => {
    const elsewhere = join(dir, 'elsewhere');
    await chmod(dir, 0o755);
    const umask = process.umask(0o077);
    try {
      await makeOpenFolder(elsewhere);
      await mkdir(join(elsewhere, 'home'));
    } finally {
      process.umask(umask);
    }
    await chown(join(elsewhere, 'home'), UNPRIVILEGED.uid, UNPRIVILEGED.gid);
    expect(canUse(UNPRIVILEGED, join(elsewhere, 'home'))).toBe(true);
  });

  it('keeps data and programs elsewhere, says where, and finds them again', async () => {
    await chmod(dir, 0o700);
    const messages: string[] = [];
    const start = () =>
      startEmbeddedPostgres({ dataDir: join(dir, 'data'), onProgress: (message) => messages.push(message) });
    const first = await started(start());
    try {
      expect(first.dataDir.startsWith(dir)).toBe(false);
      expect(messages[0]).toContain(first.dataDir);
      await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS answer');
      await first.stop();
      const second = await started(start());
      expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 7 }]);
      await second.stop();
    } finally {
      await rm(first.dataDir, { recursive: true, force: true });
    }
  });
});

describe(createTemporaryServicesDir.name, () => {
  it('holds the data of services in folders of its own, also when root starts them', async () => {
    const dataDir = join(dir, 'redis');
    const redis = await started(startEmbeddedRedis({ dataDir }));
    expect(redis.dataDir).toBe(dataDir);
  });
});

describe(createTestDatabase.name, () => {
  it('gives each caller an empty database and drops it while it is in use', async () => {
    const server = await started(startTestPostgres({ dataDir: dir }));
    const [one, other] = [await createTestDatabase(server.url), await createTestDatabase(server.url)];
    await query(one.url, 'CREATE TABLE mine ()');
    expect(await query(other.url, `SELECT to_regclass('mine') AS mine`)).toEqual([{ mine: null }]);

    const open = new Client({ connectionString: one.url });
    const cutOff = new Promise((resolve) => open.on('error', resolve));
    await open.connect();
    await one.drop();
    await cutOff;
    await expect(query(one.url, 'SELECT 1')).rejects.toThrow('does not exist');
    await other.drop();
  });
});

describe(startEmbeddedRedis.name, () => {
  it('has every acknowledged write after a SIGKILL and a restart on the same port', async () => {
    const first = await started(startEmbeddedRedis({ dataDir: dir }));
    for (let i = 0; i < 100; i++) await command(first.url, 'RPUSH', 'list', String(i));
    first.kill('SIGKILL');
    await first.exited;
    const second = await started(startEmbeddedRedis({ dataDir: dir, port: first.port }));
    expect(second.url).toBe(first.url);
    expect(await command(second.url, 'LLEN', 'list')).toBe(100);
  });

  it('syncs every write and never evicts unless told otherwise', async () => {
    const strict = await started(startEmbeddedRedis({ dataDir: join(dir, 'strict') }));
    const loose = await started(startEmbeddedRedis({ dataDir: join(dir, 'loose'), appendFsync: 'no' }));
    expect(await command(strict.url, 'CONFIG', 'GET', 'append*')).toEqual(
      expect.arrayContaining(['appendonly', 'yes', 'appendfsync', 'always']),
    );
    expect(await command(strict.url, 'CONFIG', 'GET', 'maxmemory-policy')).toContain('noeviction');
    expect(await command(loose.url, 'CONFIG', 'GET', 'appendfsync')).toContain('no');
  });

  it('refuses a wrong password and none at all', async () => {
    const { url } = await started(startEmbeddedRedis({ dataDir: dir }));
    const withoutPassword = withPassword(url, '');
    await expect(command(withoutPassword, 'PING')).rejects.toThrow('NOAUTH');
    await expect(command(withPassword(url, 'guess'), 'PING')).rejects.toThrow('WRONGPASS');
  });

  it('stops a server that still runs on the same data', async () => {
    const first = await started(startEmbeddedRedis({ dataDir: dir }));
    await command(first.url, 'SET', 'key', 'value');
    const second = await started(startEmbeddedRedis({ dataDir: dir }));
    await first.exited;
    expect(await command(second.url, 'GET', 'key')).toBe('value');
  });
});
