import { setTimeout as wait } from 'node:timers/promises';
import type { LinkFault } from '../disturb/faulty-link';
import type { FaultContext } from '../fault-context';
import type { Scenario } from './scenario';
import { recordsFlow, require } from './watch';

const DURATIONS = { short: [5], all: [5, 30] } as const;

/** @returns how many requests the fault struck */
async function endure(context: FaultContext, fault: LinkFault): Promise<number> {
  const { link, seconds, note } = context;
  link.disturb(fault);
  await wait(seconds * 1_000);
  link.heal();
  const { struck } = link;
  note(`${struck} struck`);
  await recordsFlow(context);
  return struck;
}

export const slowNetwork: Scenario = {
  name: 'link-delays',
  what: 'requests and answers arrive up to 800 ms late',
  seconds: DURATIONS,
  act: async (context) => {
    require((await endure(context, { kind: 'delay', maxMs: 800 })) > 20, 'requests to be delayed');
  },
};

/** The API may have read the request, or put its record into the queue, or not. */
export const resettingNetwork: Scenario = {
  name: 'link-resets',
  what: 'connections are reset up to 15 ms after their request went on',
  seconds: DURATIONS,
  act: async (context) => {
    await endure(context, { kind: 'reset', share: 0.3, maxMs: 15 });
    require(context.ledger.retries() > 5, 'devices to lose connections');
  },
};

/** The record is in the queue and its device does not know. */
export const swallowingNetwork: Scenario = {
  name: 'link-swallows',
  what: 'answers never arrive; devices give up and send the record again',
  seconds: DURATIONS,
  act: async (context) => {
    await endure(context, { kind: 'swallow', share: 0.2 });
    require(context.ledger.retries('UND_ERR_HEADERS_TIMEOUT') > 5, 'devices to wait in vain');
  },
};
