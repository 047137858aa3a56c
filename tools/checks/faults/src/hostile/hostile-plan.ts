import type { HostileScenario, HostileSize } from './hostile-scenario';

/** Scenarios that run at the same time. */
export type Group = readonly [HostileScenario, ...HostileScenario[]];

/** Settings of the apps. */
export type Settings = Required<Pick<HostileScenario, 'apiEnv' | 'env'>>;

/** What runs on one system, one group after the other. */
export interface SystemPlan {
  readonly settings: Settings;
  readonly groups: readonly Group[];
}

const hasSettings = ({ apiEnv, env }: HostileScenario): boolean => apiEnv !== undefined || env !== undefined;
const each = (scenarios: readonly HostileScenario[]): Group[] => scenarios.map((scenario) => [scenario]);

/**
 * Decides which scenarios share a system.
 *
 * At full size each scenario runs by itself: those without settings share one system, one after the other, and each of
 * the others has a system of its own. At the short size a single system has the settings of all scenarios, and those
 * that tolerate others run at the same time: most of the time they wait for the limits of the API.
 *
 * @returns lanes, which run at the same time; the systems of a lane follow one another
 */
export function planHostile(scenarios: readonly HostileScenario[], size: HostileSize): SystemPlan[][] {
  if (size === 'full') {
    const [shared, others] = [scenarios.filter((one) => !hasSettings(one)), scenarios.filter(hasSettings)];
    const lanes = [[each(shared)], others.map((one) => each([one]))];
    return lanes.map((lane) => lane.map(onOneSystem));
  }
  const [first, ...beside] = scenarios.filter(({ isAlone }) => isAlone !== true);
  const alone = each(scenarios.filter(({ isAlone }) => isAlone === true));
  return [[onOneSystem(first === undefined ? alone : [[first, ...beside], ...alone])]];
}

function onOneSystem(groups: readonly Group[]): SystemPlan {
  const scenarios = groups.flat();
  return {
    settings: {
      apiEnv: union(scenarios.map(({ apiEnv }) => apiEnv)),
      env: union(scenarios.map(({ env }) => env)),
    },
    groups,
  };
}

/** @throws Error when two of them contradict each other about a setting */
function union(settings: readonly HostileScenario['env'][]): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, value] of settings.flatMap((some) => Object.entries(some ?? {}))) {
    if ((all[name] ?? value) !== value) throw new Error(`${name} cannot be both ${all[name]} and ${value}`);
    all[name] = value;
  }
  return all;
}
