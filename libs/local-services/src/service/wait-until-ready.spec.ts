import { waitUntilReady } from './wait-until-ready';

const aServer = (hasExited: boolean) => ({
  hasExited: () => hasExited,
  lastLogLines: () => Promise.resolve('FATAL: no space left on device'),
});

describe(waitUntilReady.name, () => {
  it('asks again until the server answers', async () => {
    let asked = 0;
    const ask = () => (++asked < 3 ? Promise.reject(new Error('starting up')) : Promise.resolve('18.4'));
    expect(await waitUntilReady('PostgreSQL', aServer(false), ask)).toBe('18.4');
    expect(asked).toBe(3);
  });

  it('stops asking a server that has ended, and shows the end of its log', async () => {
    const ask = () => Promise.reject(new Error('ECONNREFUSED'));
    await expect(waitUntilReady('PostgreSQL', aServer(true), ask)).rejects.toThrow(
      'PostgreSQL ended while starting:\nFATAL: no space left on device',
    );
  });
});
