import { setTimeout as wait } from 'node:timers/promises';
import type { FaultContext } from '../fault-context';
import type { Scenario } from './scenario';
import { recordsFlow, require } from './watch';

const PAUSE_MS = { min: 100, max: 1_000 };

type Fault = (context: FaultContext) => Promise<void>;

const outage = ({ random, tempo: { outageMs } }: FaultContext) =>
  wait(random.between(outageMs.min, outageMs.max));

async function during(context: FaultContext, begin: () => unknown, end: () => unknown): Promise<void> {
  await begin();
  try {
    await outage(context);
  } finally {
    await end();
  }
}

const FAULTS: readonly [string, Fault][] = [
  ['API', (context) => during(context, () => context.stack.api().crash(), context.stack.startApi)],
  [
    'consumer',
    async (context) => {
      const [victim] = context.consumers.running();
      await during(
        context,
        () => victim?.crash(),
        () => context.consumers.start(1),
      );
    },
  ],
  ['Redis', (context) => during(context, context.stack.crashRedis, context.stack.startRedis)],
  ['PostgreSQL', (context) => during(context, context.stack.crashPostgres, context.stack.startPostgres)],
  [
    'stopped Redis',
    (context) =>
      during(
        context,
        () => context.stack.signalRedis('SIGSTOP'),
        () => context.stack.signalRedis('SIGCONT'),
      ),
  ],
  [
    'stopped consumer',
    async (context) => {
      const [victim] = context.consumers.running();
      await during(
        context,
        () => victim?.kill('SIGSTOP'),
        () => victim?.kill('SIGCONT'),
      );
    },
  ],
  [
    'resets',
    (context) =>
      during(
        context,
        () => context.link.disturb({ kind: 'reset', share: 0.3, maxMs: 15 }),
        () => context.link.heal(),
      ),
  ],
  [
    'swallowed answers',
    (context) =>
      during(
        context,
        () => context.link.disturb({ kind: 'swallow', share: 0.2 }),
        () => context.link.heal(),
      ),
  ],
];

/** Returns every fault once, in random order. */
function shuffled({ random }: FaultContext): (readonly [string, Fault])[] {
  return FAULTS.map((fault) => ({ fault, place: random.next() }))
    .sort((one, other) => one.place - other.place)
    .map(({ fault }) => fault);
}

/**
 * Faults drawn by chance follow one another, some of them before the system has recovered from the last; each occurs at
 * least once.
 */
export const randomFaults: Scenario = {
  name: 'random-faults',
  what: 'faults drawn by chance, up to 3 s each (half a second in the short run), one after the other',
  seconds: [25, 300],
  act: async (context) => {
    const { random, seconds, note, ledger } = context;
    const drawn: string[] = [];
    const end = Date.now() + seconds * 1_000;
    do {
      for (const [name, fault] of shuffled(context)) {
        drawn.push(name);
        await fault(context);
        await wait(random.between(PAUSE_MS.min, PAUSE_MS.max));
      }
    } while (Date.now() < end);
    note(drawn.join(', '));
    require(ledger.retries() > 0, 'devices to notice some of it');
    await recordsFlow(context);
  },
};
