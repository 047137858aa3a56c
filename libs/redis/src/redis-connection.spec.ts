import { commandConnection, producerConnection, workerConnection } from './redis-connection';

describe('Redis connections', () => {
  it('read user, password, port, database and TLS from the URL', () => {
    expect(workerConnection('rediss://fleet:p%40ss@queue.example:6380/3')).toMatchObject({
      node: { host: 'queue.example', port: 6380, username: 'fleet', password: 'p@ss', db: 3, tls: {} },
      cluster: null,
    });
  });

  it('use the standard port and no credentials where the URL names none', () => {
    const { node } = producerConnection('redis://[::1]', 700);
    expect(node).toMatchObject({ host: '::1', port: 6379 });
    expect(node).not.toHaveProperty('password');
    expect(node).not.toHaveProperty('tls');
  });

  it.each([(url: string) => producerConnection(url, 700), workerConnection, commandConnection])(
    'tell a cluster by %p',
    (connection) => {
      expect(connection('redis+cluster://queue.example:7000')).toMatchObject({
        node: { host: 'queue.example', port: 7000 },
        cluster: {},
      });
      expect(connection('rediss+cluster://u:p@queue.example')).toMatchObject({
        node: { host: 'queue.example', username: 'u', password: 'p', tls: {} },
        cluster: {},
      });
    },
  );

  it('send no command of a producer twice, which a cluster would do when a node goes away', () => {
    expect(producerConnection('redis+cluster://queue.example', 700).cluster).toMatchObject({
      retryDelayOnFailover: 0,
    });
  });
});
