import { producerConnection, workerConnection } from './redis-connection';

describe('Redis connections', () => {
  it('read user, password, port, database and TLS from the URL', () => {
    expect(workerConnection('rediss://fleet:p%40ss@queue.example:6380/3')).toMatchObject({
      host: 'queue.example',
      port: 6380,
      username: 'fleet',
      password: 'p@ss',
      db: 3,
      tls: {},
    });
  });

  it('use the standard port and no credentials where the URL names none', () => {
    const options = producerConnection('redis://[::1]');
    expect(options).toMatchObject({ host: '::1', port: 6379 });
    expect(options).not.toHaveProperty('password');
    expect(options).not.toHaveProperty('tls');
  });
});
