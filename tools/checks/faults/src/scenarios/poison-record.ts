import { RECORD_QUEUE, STORE_RECORDS_JOB, toRecordJob } from '@drivewatch/contracts';
import { aRecord } from '@drivewatch/contracts/samples';
import { eventually } from '@drivewatch/testing';
import type { Scenario } from './scenario';
import { countStored, HANG_MS, jobRecordIds, recordsFlow, require } from './watch';

/** A job has one row that PostgreSQL refuses; the API would never let it in, but a bug or another program might. */
export const poisonRecord: Scenario = {
  name: 'poison-record',
  what: `one record that cannot be stored, put into the queue ${RECORD_QUEUE} among others`,
  whyNot: ({ setAside }) => (setAside ? undefined : 'switched off (--no-set-aside)'),
  act: async (context) => {
    const { stack, ledger, driverId } = context;
    const siblings = Array.from({ length: 20 }, (_, n) => {
      const record = aRecord({ driverId, recordedAtMs: Date.now(), speedKmh: n });
      const { id } = record;
      ledger.noteAcknowledged(ledger.note({ ...record, speedKmh: n, identity: id }), id);
      return { ...record, siteName: id };
    });
    // PostgreSQL's text cannot contain NUL, whereas JSON and Redis can.
    const poison = aRecord({ driverId, siteName: 'poison\u0000' });
    const rows = [...siblings.slice(0, 10), poison, ...siblings.slice(10)];
    await stack.queue().add(STORE_RECORDS_JOB, toRecordJob(rows));
    const siblingIds = siblings.map(({ id }) => id);
    await eventually(async () => {
      const stored = await countStored(context, siblingIds);
      require(stored ===
        siblings.length, `all siblings to be stored, but ${stored} of ${siblings.length} are`);
    }, HANG_MS);
    await eventually(async () => {
      const failed = await stack.queue().getFailed();
      const ids = failed.flatMap(({ data }) => jobRecordIds(data));
      require(ids.includes(poison.id), 'the record to be kept in a failed job');
      for (const job of failed) await job.remove();
    }, HANG_MS);
    await recordsFlow(context);
  },
};
