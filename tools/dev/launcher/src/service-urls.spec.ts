import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { checkPostgres, checkRedis, placeOf } from './service-urls';

async function aClosedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe(placeOf.name, () => {
  it('shows no user and no password, and fills in the standard ports', () => {
    expect(placeOf('postgresql://me:secret@db.example/drivewatch')).toBe('db.example:5432');
    expect(placeOf('rediss://:secret@cache.example/0')).toBe('cache.example:6379');
  });
});

describe('a server that is away', () => {
  it('is named with its variable and why, without the password', async () => {
    const port = await aClosedPort();
    const postgres = checkPostgres(`postgresql://me:secret@127.0.0.1:${port}/db`);
    await expect(postgres).rejects.toThrow(
      new RegExp(`PostgreSQL at 127.0.0.1:${port} .*ECONNREFUSED.*DATABASE_URL`),
    );
    const redis = checkRedis(`redis://:secret@127.0.0.1:${port}`, 'checked', () => undefined);
    await expect(redis).rejects.toThrow(new RegExp(`Redis at 127.0.0.1:${port} .*ECONNREFUSED.*REDIS_URL`));
    await expect(postgres).rejects.not.toThrow('secret');
    await expect(redis).rejects.not.toThrow('secret');
  });
});
