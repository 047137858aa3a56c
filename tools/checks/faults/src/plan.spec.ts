import { planRuns } from './plan';
import { SCENARIOS, type Scenario } from './scenarios';

const aScenario = (name: string, seconds?: Scenario['seconds']): Scenario => ({
  name,
  what: 'nothing',
  ...(seconds && { seconds }),
  act: () => Promise.resolve(),
});
const THREE = [aScenario('a'), aScenario('b', [3, 10, 60]), aScenario('c')];
const names = (seed: number, extent: 'all' | 'short' = 'all', only: string[] = []) =>
  planRuns(THREE, { seed, extent, only }).map(({ name }) => name);

describe(planRuns, () => {
  it('runs every duration in the long version, and every scenario once in the short one', () => {
    expect(names(1).sort()).toEqual(['a', 'b-10s', 'b-3s', 'b-60s', 'c']);
    expect(names(1, 'short').sort()).toEqual(['a', 'b', 'c']);
  });

  it('repeats the order for a seed and changes it for another', () => {
    expect(names(7)).toEqual(names(7));
    expect(new Set(Array.from({ length: 20 }, (_, seed) => names(seed).join())).size).toBeGreaterThan(5);
  });

  it('draws the same for a scenario that runs alone', () => {
    const [alone] = planRuns(THREE, { seed: 7, extent: 'all', only: ['c'] });
    const among = planRuns(THREE, { seed: 7, extent: 'all', only: [] }).find(({ name }) => name === 'c');
    expect(alone?.random.next()).toBe(among?.random.next());
    const other = planRuns(THREE, { seed: 8, extent: 'all', only: ['c'] })[0];
    expect(other?.random.next()).not.toBe(alone?.random.next());
  });

  it('has every kind of fault in the short version', () => {
    const planned = planRuns(SCENARIOS, { seed: 1, extent: 'short', only: [] });
    expect(new Set(planned.map(({ scenario }) => scenario))).toEqual(new Set(SCENARIOS));
    expect(planned).toHaveLength(SCENARIOS.length);
  });
});
