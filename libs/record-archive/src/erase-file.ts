import { pipeline } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGunzip, createGzip } from 'node:zlib';
import { createWireRecordSchema } from '@drivewatch/contracts';
import { createFleetClock, detailLineToRecord } from '@drivewatch/detail-records';
import type { ObjectStore } from '@drivewatch/object-store';
import type { DriverErasure, ShrunkFile } from '@drivewatch/persistence';
import type { DriverLines } from './driver-lines';
import { batchOfKey, idsKeyOf } from './file-names';
import { idsAt, RecordIds } from './record-ids';

/** The prefix of notes on what a file of the archive and its ids will become while both are being replaced. */
export const REPLACING_PREFIX = 'record-changes/';
const replacingKeyOf = (key: string): string => `${REPLACING_PREFIX}${key}`;

const LINE_FEED = 0x0a;

/** A line of JSON, followed by the bytes of the new ids, if there are any. */
interface Replacement {
  readonly file: ShrunkFile;
  readonly hasIds: boolean;
}

/** The driver's share of a file. */
interface Found {
  readonly records: number;
  /** The size of the file without those lines, decompressed. */
  readonly bytesLeft: number;
  /** The records by UTC day, `YYYY-MM-DD`, as far as their times can be read. */
  readonly days: Record<string, number>;
  /** The ids of the lines that stay; `null` where there are none, or not as many as lines. */
  readonly ids: Uint8Array | null;
}

/**
 * Removes a driver's lines from one file of the bucket, which keeps its key, and the matching entries from its ids and
 * from the database's notes. If it is killed, {@link finishReplacements} finishes it.
 *
 * @param erasure `null` only counts
 * @returns how many lines there were
 */
export async function eraseFromFile(
  key: string,
  { store, lines, erasure }: { store: ObjectStore; lines: DriverLines; erasure: DriverErasure | null },
): Promise<number> {
  const { records, bytesLeft, days, ids } = await look(store, key, lines);
  if (records === 0 || erasure === null) return records;
  const batch = batchOfKey(key);
  const known = batch === null ? null : await erasure.fileOf(batch);
  if (batch === null || (known === null && ids === null)) {
    await store.put(key, contentWithout(store, key, lines));
    return records;
  }
  const oldBytes = (await store.head(key))?.size ?? 0;
  const file: ShrunkFile = {
    key,
    batch,
    oldBytes,
    newBytes: bytesLeft,
    batchBytes: known?.batchBytes ?? -1,
    records,
    days,
  };
  const replacement: Replacement = { file, hasIds: ids !== null };
  const line = Buffer.from(`${JSON.stringify(replacement)}\n`);
  await store.put(replacingKeyOf(key), ids === null ? line : Buffer.concat([line, ids]));
  await store.put(key, contentWithout(store, key, lines));
  await finishReplacement(key, store, erasure);
  return records;
}

/**
 * Finishes what a killed run has begun: a replaced file gets the matching ids and note.
 *
 * @returns how many there were
 */
export async function finishReplacements(store: ObjectStore, erasure: DriverErasure): Promise<number> {
  const keys: string[] = [];
  for await (const { key } of store.list(REPLACING_PREFIX)) keys.push(key.slice(REPLACING_PREFIX.length));
  for (const key of keys) await finishReplacement(key, store, erasure);
  return keys.length;
}

async function finishReplacement(key: string, store: ObjectStore, erasure: DriverErasure): Promise<void> {
  const bytes = await buffer((await store.get(replacingKeyOf(key))).body);
  const end = bytes.indexOf(LINE_FEED);
  const { file, hasIds } = JSON.parse(bytes.toString('utf8', 0, end)) as Replacement;
  // A file is shorter without the lines, so its size tells whether it was replaced.
  if ((await store.head(key))?.size === file.newBytes) {
    await erasure.noteShrunk(file);
    if (hasIds) await store.put(idsKeyOf(key), bytes.subarray(end + 1));
  }
  await store.delete(replacingKeyOf(key));
}

async function look(store: ObjectStore, key: string, lines: DriverLines): Promise<Found> {
  const origin = batchOfKey(key) === null ? null : await idsAt(store, idsKeyOf(key));
  const dayOf = origin === null ? null : utcDays(origin.header.timeZone);
  const left = origin === null ? null : new RecordIds(origin.header);
  const found = { records: 0, bytesLeft: 0, days: {} as Record<string, number> };
  let number = 0;
  for await (const pieces of lines.split(await contentOf(store, key)))
    for (const { bytes, isOf, begins } of pieces) {
      if (!isOf) found.bytesLeft += bytes.length;
      if (!begins) continue;
      const row = origin?.rows[number];
      number += 1;
      if (!isOf) {
        if (row !== undefined) left?.add(row);
        continue;
      }
      found.records += 1;
      const day = dayOf?.(bytes.toString('utf8').trimEnd());
      if (day !== undefined) found.days[day] = (found.days[day] ?? 0) + 1;
    }
  return { ...found, ids: origin?.rows.length === number ? (left?.toBytes() ?? null) : null };
}

/** @returns a function that reads the UTC day out of a line, `undefined` where it is no record */
function utcDays(timeZone: string): (line: string) => string | undefined {
  const schema = createWireRecordSchema(createFleetClock(timeZone).toEpochMs);
  return (line) => {
    const parsed = schema.safeParse(detailLineToRecord(line));
    return parsed.success ? new Date(parsed.data.recordedAtMs).toISOString().slice(0, 10) : undefined;
  };
}

const isCompressed = (key: string): boolean => key.endsWith('.gz');

async function contentOf(store: ObjectStore, key: string): Promise<AsyncIterable<Buffer>> {
  const { body } = await store.get(key);
  // Errors of either stream are thrown where the second is read.
  return isCompressed(key) ? pipeline(body, createGunzip(), () => undefined) : body;
}

async function* contentWithout(
  store: ObjectStore,
  key: string,
  lines: DriverLines,
): AsyncGenerator<Uint8Array, void> {
  const kept = lines.without(await contentOf(store, key));
  if (isCompressed(key)) yield* pipeline(kept, createGzip(), () => undefined) as AsyncIterable<Buffer>;
  else yield* kept;
}
