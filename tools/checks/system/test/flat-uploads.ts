import { randomUUID } from 'node:crypto';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack, type StackOptions } from '@drivewatch/testing';
import { CSV, type Sent } from './record-bodies';
import { countStored } from './stored';
import { uploadParts, watchMemory } from './upload';

interface Upload {
  readonly type: string;
  readonly gzip: boolean;
  readonly write: (records: readonly Sent[]) => string;
}

/** Devices may pad; this makes many megabytes to read without as many records to store. */
const PADDING = ' '.repeat(40_000);
export const PADDED_UPLOADS: readonly Upload[] = [
  {
    type: 'application/x-ndjson',
    gzip: true,
    write: (records) => records.map((record) => `${JSON.stringify(record)}${PADDING}\n`).join(''),
  },
  {
    // This is a piece of an array: it is written again and again between brackets.
    type: 'application/json',
    gzip: false,
    write: (records) => records.map((record) => `${PADDING}${JSON.stringify(record)},`).join(''),
  },
];
/** Nothing can be padded here, so this is more than a hundred thousand records to store. */
export const CSV_UPLOAD: Upload = { type: 'text/csv', gzip: false, write: CSV };

/** Node prefers growing its heap to collecting garbage; with a small heap, what is held is what is needed. */
export const FLAT_STACK: StackOptions = {
  timeZone: 'Asia/Shanghai',
  apiEnv: { NODE_OPTIONS: '--max-old-space-size=96 --max-semi-space-size=4' },
};

const UPLOAD_BYTES = 100_000_000;
const RECORDS_OF_PART = 20;

/** Sends 100 MB, and expects that the API never holds half of that and that every record is stored. */
export async function uploadInFlatMemory(stack: Stack, form: Upload): Promise<void> {
  const driverID = `huge-${randomUUID()}`;
  const records = Array.from({ length: RECORDS_OF_PART }, () =>
    aWireRecord({ driverID, siteName: '站'.repeat(256) }),
  );
  const part = form.write(records);
  const parts = Math.ceil(UPLOAD_BYTES / Buffer.byteLength(part));
  const memory = watchMemory(stack.api().pid);
  const { status, answer } = await uploadParts(stack.url, form.type, part, parts, form.gzip);
  const grownBytes = memory.stop();
  const count = parts * RECORDS_OF_PART;
  expect([status, answer.accepted, answer.rejectedCount]).toEqual([202, count, 0]);
  expect(grownBytes).toBeLessThan(UPLOAD_BYTES / 2);
  await eventually(async () => expect(await countStored(stack, driverID)).toBe(count));
}
