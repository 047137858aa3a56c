import type { LinkFault } from '../disturb/faulty-link';
import type { FaultContext } from '../fault-context';
import type { Scenario } from './scenario';
import { outlast, recordsFlow, require } from './watch';

const SECONDS = [5, 30] as const;

/** @param effect throws until the fault has taken effect; receives how many requests have been affected */
async function endure(
  context: FaultContext,
  fault: LinkFault,
  effect: (struck: number) => void,
): Promise<void> {
  const { link, note } = context;
  link.disturb(fault);
  try {
    await outlast(context, () => effect(link.struck));
  } finally {
    link.heal();
  }
  note(`${link.struck} struck`);
  await recordsFlow(context);
}

export const slowNetwork: Scenario = {
  name: 'link-delays',
  what: 'requests and answers arrive up to 800 ms late',
  seconds: SECONDS,
  act: (context) =>
    endure(context, { kind: 'delay', maxMs: 800 }, (struck) => {
      require(struck > 40, 'requests to be delayed');
    }),
};

/** The API may or may not have read the request, and may or may not have queued its record. */
export const resettingNetwork: Scenario = {
  name: 'link-resets',
  what: 'connections are reset up to 15 ms after their request went on',
  seconds: SECONDS,
  act: (context) =>
    endure(context, { kind: 'reset', share: 0.3, maxMs: 15 }, () => {
      require(context.ledger.retries('ECONNRESET') > 20, 'devices to lose connections');
    }),
};

/** The record is in the queue, but its device does not know that. */
export const swallowingNetwork: Scenario = {
  name: 'link-swallows',
  what: 'answers never arrive; devices give up and send the record again',
  seconds: SECONDS,
  act: (context) =>
    endure(context, { kind: 'swallow', share: 0.2 }, () => {
      require(context.ledger.retries('UND_ERR_HEADERS_TIMEOUT') > 5, 'devices to wait in vain');
    }),
};
