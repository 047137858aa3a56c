import { cpuSecondsOf, cpuTicksIn } from './process-cpu';

describe(cpuTicksIn, () => {
  it('adds up user and system time, of ended children too, whatever the name', () => {
    const stat = '42 (postgres: a) b) S 1 42 42 0 -1 4194304 900 0 0 0 100 20 3 4 20 0 1 0 999 1000 200';
    expect(cpuTicksIn(stat)).toBe(127);
  });
});

describe(cpuSecondsOf, () => {
  it('grows with what this process does', () => {
    const ownSeconds = () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    };
    const [before, ownBefore] = [cpuSecondsOf(process.pid), ownSeconds()];
    while (ownSeconds() - ownBefore < 0.3);
    const spent = cpuSecondsOf(process.pid) - before;
    // The kernel's ticks are 10 ms each.
    expect(spent).toBeGreaterThan(0.25);
    expect(spent).toBeLessThan(ownSeconds() - ownBefore + 0.05);
  });

  it('says in one line that there is no such process', () => {
    expect(() => cpuSecondsOf(2 ** 30)).toThrow(/^\/proc\/\d+\/stat cannot be read; .*$/);
  });
});
