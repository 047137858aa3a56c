import { buffer } from 'node:stream/consumers';
import type { ObjectStore } from '@drivewatch/object-store';
import type { ArchivedRecord } from '@drivewatch/persistence';

/** The header that says which records the ids belong to. */
export interface IdsHeader {
  /** The id of the database that wrote the batch; its copies have the same. */
  readonly database: string;
  /** The id of the batch. */
  readonly batch: string;
  /** The IANA name of the zone of the file's times. */
  readonly timeZone: string;
}

/** The facts about a record that a file of records does not contain. */
export interface RecordOrigin {
  readonly id: string;
  readonly receivedAtMs: number | null;
}

const ID_BYTES = 16;
/** A row is an id and the time of acceptance: epoch milliseconds, or -1 where that is not known; big-endian. */
const ROW_BYTES = ID_BYTES + 8;
const NOT_KNOWN = -1n;
const LINE_FEED = 0x0a;

/**
 * The ids of one file's records, in the order of its lines: a line of JSON ({@link IdsHeader}), then 24 bytes for each
 * record. The same records make the same bytes. The ids of the largest file take some 40 MB.
 */
export class RecordIds {
  private rows = Buffer.alloc(1_024 * ROW_BYTES);
  private length = 0;

  constructor(private readonly header: IdsHeader) {}

  add({ id, receivedAtMs }: Pick<ArchivedRecord, 'id' | 'receivedAtMs'>): void {
    if (this.length === this.rows.length) this.rows = Buffer.concat([this.rows], 2 * this.length);
    this.rows.write(id.replaceAll('-', ''), this.length, ID_BYTES, 'hex');
    this.rows.writeBigInt64BE(
      receivedAtMs === null ? NOT_KNOWN : BigInt(receivedAtMs),
      this.length + ID_BYTES,
    );
    this.length += ROW_BYTES;
  }

  toBytes(): Uint8Array {
    const { database, batch, timeZone } = this.header;
    const header = `${JSON.stringify({ database, batch, timeZone })}\n`;
    return Buffer.concat([Buffer.from(header), this.rows.subarray(0, this.length)]);
  }
}

/** @returns `null` where the bytes are no such object */
export function readIds(bytes: Buffer): { header: IdsHeader; rows: RecordOrigin[] } | null {
  const end = bytes.indexOf(LINE_FEED);
  const header = headerOf(bytes.toString('utf8', 0, Math.max(end, 0)));
  if (header === null || (bytes.length - end - 1) % ROW_BYTES !== 0) return null;
  const rows: RecordOrigin[] = [];
  for (let at = end + 1; at < bytes.length; at += ROW_BYTES) {
    const receivedAt = bytes.readBigInt64BE(at + ID_BYTES);
    const hex = bytes.toString('hex', at, at + ID_BYTES);
    rows.push({
      id: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
      receivedAtMs: receivedAt === NOT_KNOWN ? null : Number(receivedAt),
    });
  }
  return { header, rows };
}

/** @returns `null` where there is no such object, or it holds no ids */
export async function idsAt(store: ObjectStore, key: string): Promise<ReturnType<typeof readIds>> {
  if ((await store.head(key)) === null) return null;
  return readIds(await buffer((await store.get(key)).body));
}

function headerOf(text: string): IdsHeader | null {
  try {
    const { database, batch, timeZone } = JSON.parse(text) as Partial<Record<keyof IdsHeader, unknown>>;
    if (typeof database !== 'string' || typeof batch !== 'string' || typeof timeZone !== 'string')
      return null;
    return { database, batch, timeZone };
  } catch {
    return null;
  }
}
