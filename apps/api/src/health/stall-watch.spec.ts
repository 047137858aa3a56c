import { StallWatch } from './stall-watch';

/** Returns a watch on a clock that the test sets. */
function aWatch() {
  const clock = { ms: 1_000 };
  const watch = new StallWatch(() => clock.ms);
  return {
    watch,
    seeAt: (ms: number, waiting: number, active: number, settled: number) => {
      clock.ms = ms;
      return watch.see({ waiting, active, settled });
    },
  };
}

describe(StallWatch.name, () => {
  it('counts from the first look at which there was work until something is done', () => {
    const { seeAt } = aWatch();
    expect(seeAt(0, 5, 1, 10)).toBe(0);
    expect(seeAt(20_000, 9, 1, 10)).toBe(20_000);
    expect(seeAt(31_000, 12, 0, 10)).toBe(31_000);
    expect(seeAt(32_000, 11, 0, 11)).toBe(0);
    expect(seeAt(40_000, 11, 0, 11)).toBe(8_000);
  });

  it('counts work that is begun and never done', () => {
    const { seeAt } = aWatch();
    seeAt(0, 0, 1, 10);
    expect(seeAt(30_000, 0, 1, 10)).toBe(30_000);
  });

  it('does not count the time in which there is nothing to do', () => {
    const { seeAt } = aWatch();
    seeAt(0, 0, 0, 10);
    expect(seeAt(500_000, 0, 0, 10)).toBe(0);
    expect(seeAt(502_000, 1, 0, 10)).toBe(2_000);
  });

  it('starts over after a time in which nobody could look', () => {
    const { watch, seeAt } = aWatch();
    seeAt(0, 5, 1, 10);
    watch.forget();
    expect(seeAt(90_000, 5, 1, 10)).toBe(0);
    expect(seeAt(95_000, 5, 1, 10)).toBe(5_000);
  });
});
