import { planHostile } from './hostile-plan';
import type { HostileScenario } from './hostile-scenario';
import { hostileScenarios } from './scenarios';

const aScenario = (name: string, fields: Partial<HostileScenario> = {}): HostileScenario => ({
  name,
  what: 'nothing',
  act: () => Promise.resolve(),
  ...fields,
});
const SCENARIOS = [
  aScenario('a'),
  aScenario('b', { apiEnv: { ONE: '1' } }),
  aScenario('c', { isAlone: true, apiEnv: { ONE: '1', TWO: '2' }, env: { THREE: '3' } }),
  aScenario('d'),
];
/** Returns the names by lanes, systems and groups. */
const namesOf = (lanes: ReturnType<typeof planHostile>) =>
  lanes.map((systems) => systems.map(({ groups }) => groups.map((group) => group.map(({ name }) => name))));

describe(planHostile, () => {
  it('runs each scenario by itself at full size, and those with settings on systems of their own', () => {
    const lanes = planHostile(SCENARIOS, 'full');
    expect(namesOf(lanes)).toEqual([[[['a'], ['d']]], [[['b']], [['c']]]]);
    expect(lanes.flat().map(({ settings }) => settings.apiEnv)).toEqual([
      {},
      { ONE: '1' },
      { ONE: '1', TWO: '2' },
    ]);
  });

  it('runs all on one system with the settings of all at the short size, side by side except for those that tolerate no others', () => {
    const lanes = planHostile(SCENARIOS, 'short');
    expect(namesOf(lanes)).toEqual([[[['a', 'b', 'd'], ['c']]]]);
    expect(lanes[0]?.[0]?.settings).toEqual({ apiEnv: { ONE: '1', TWO: '2' }, env: { THREE: '3' } });
  });

  it('runs a scenario that is chosen alone by itself', () => {
    expect(namesOf(planHostile(SCENARIOS.slice(2, 3), 'short'))).toEqual([[[['c']]]]);
  });

  it('lets no scenario run with a setting of another', () => {
    const other = aScenario('e', { apiEnv: { TWO: '3' } });
    expect(() => planHostile([...SCENARIOS, other], 'short')).toThrow('TWO cannot be both 3 and 2');
  });

  it('has every scenario at both sizes, once', () => {
    const [full, short] = (['full', 'short'] as const).map((size) =>
      namesOf(planHostile(hostileScenarios(size), size))
        .flat(3)
        .sort(),
    );
    expect(short).toEqual(full);
    expect(new Set(full).size).toBe(hostileScenarios('full').length);
  });
});
