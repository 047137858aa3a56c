import { judgeSettings, readDurability, type RedisSettings } from './redis-durability';

const GOOD: RedisSettings = { policy: 'noeviction', appendOnly: 'yes', appendFsync: 'always' };

describe(judgeSettings, () => {
  it('finds nothing in a Redis that keeps on disk what it confirms', () => {
    expect(judgeSettings(GOOD, 'checked')).toEqual({ problem: null, warning: null });
  });

  it('says in one line all that was found, what is lost by it and what to set', () => {
    const { problem } = judgeSettings({ ...GOOD, policy: 'allkeys-lru', appendOnly: 'no' }, 'checked');
    expect(problem).toMatch(
      /maxmemory-policy is allkeys-lru.*throws out.*set maxmemory-policy noeviction; its appendonly is no.*lost.*set appendonly yes$/,
    );
  });

  it.each([
    ['everysec', /everysec.*up to a second/],
    ['no', /appendfsync no.*30 seconds/],
    [undefined, /does not tell its appendfsync.*REDIS_DURABILITY=vouched/],
  ])('warns of appendfsync %s and refuses nothing', (appendFsync, warning) => {
    const judged = judgeSettings({ ...GOOD, appendFsync }, 'checked');
    expect(judged).toEqual({ problem: null, warning: expect.stringMatching(warning) as string });
  });

  it('asks the operator to vouch for what it is not told, and takes the word', () => {
    const { problem } = judgeSettings({}, 'checked');
    expect(problem).toMatch(/does not tell maxmemory-policy and appendonly.*REDIS_DURABILITY=vouched/);
    expect(judgeSettings({}, 'vouched')).toEqual({ problem: null, warning: null });
    // Amazon MemoryDB is such a case; it has a log of its own.
    const { problem: vouched } = judgeSettings({ policy: 'noeviction', appendOnly: 'no' }, 'vouched');
    expect(vouched).toBeNull();
  });

  it('takes no word against an eviction that it sees', () => {
    expect(judgeSettings({ policy: 'volatile-ttl' }, 'vouched').problem).toMatch(/volatile-ttl/);
  });
});

describe(readDurability, () => {
  const refused = () => Promise.reject(Object.assign(new Error('unknown command'), { name: 'ReplyError' }));
  const server = (info: Record<string, string>, config = refused) =>
    ({
      ping: () => Promise.resolve('PONG'),
      info: (section: string) => Promise.resolve(info[section] ?? ''),
      config,
    }) as never;

  it('reads from INFO what a service hides of CONFIG', async () => {
    const info = { memory: 'maxmemory_policy:noeviction\r\n', persistence: 'loading:0\r\naof_enabled:0\r\n' };
    expect((await readDurability(server(info), 'checked')).problem).toMatch(/appendonly is no/);
    const good = { ...info, persistence: 'aof_enabled:1\r\n' };
    const read = await readDurability(server(good), 'checked');
    expect(read).toEqual({
      problem: null,
      warning: expect.stringMatching(/does not tell its appendfsync/) as string,
    });
  });

  it('knows nothing of a Redis that goes away while it is asked', async () => {
    const away = () => Promise.reject(new Error('Connection is closed.'));
    await expect(readDurability(server({}, away), 'checked')).rejects.toThrow('closed');
  });
});
