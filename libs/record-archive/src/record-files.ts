import { detailRowToLine, type FleetWallClock, recordToDetailRow } from '@drivewatch/contracts';
import type { ArchivedRecord } from '@drivewatch/persistence';

/** Text is passed on in pieces of this many characters, so that small and large files take the same memory. */
const PIECE_CHARACTERS = 64 * 1024;

/** One file of a day. */
export interface RecordFile {
  /** `YYYY-MM-DD` */
  readonly localDate: string;
  /** The number is counted from 1 within the day. */
  readonly numberOfDay: number;
  /** The file's bytes, which can be read once. */
  readonly body: AsyncIterable<Uint8Array>;
  /** How many records have been read from the body. */
  records: number;
  /** The same count by UTC day, `YYYY-MM-DD`. */
  readonly days: Record<string, number>;
  /** Is told of each record when its line is taken. */
  onRecord?: (record: ArchivedRecord) => void;
}

/** Splits a batch's records, which come by day, into files: the end of each file follows from the records alone. */
export class RecordFiles {
  private page: readonly ArchivedRecord[] = [];
  private position = 0;
  private last: RecordFile | null = null;

  /**
   * @param pages the records, with those of a day together
   * @param maxBytes no file gets larger, unless by a single record
   */
  constructor(
    private readonly pages: AsyncIterator<readonly ArchivedRecord[], void>,
    private readonly clock: FleetWallClock,
    private readonly maxBytes: number,
  ) {}

  /** Returns the next file, or `null` at the end; the body of the one before must have been read to its end. */
  async next(): Promise<RecordFile | null> {
    const first = this.page[this.position] ?? (await this.nextPage());
    if (first === undefined) return null;
    const { localDate } = first;
    const numberOfDay = this.last?.localDate === localDate ? this.last.numberOfDay + 1 : 1;
    const file: RecordFile = { localDate, numberOfDay, body: this.read(() => file), records: 0, days: {} };
    this.last = file;
    return file;
  }

  private async *read(fileBeingRead: () => RecordFile): AsyncGenerator<Uint8Array, void> {
    const file = fileBeingRead();
    let bytes = 0;
    let piece = '';
    for (;;) {
      const record = this.page[this.position] ?? (await this.nextPage());
      if (record?.localDate !== file.localDate) break;
      const line = detailRowToLine(recordToDetailRow(record, this.clock));
      bytes += Buffer.byteLength(line);
      if (bytes > this.maxBytes && file.records > 0) break;
      this.position += 1;
      file.records += 1;
      const day = utcDay(record.recordedAtMs);
      file.days[day] = (file.days[day] ?? 0) + 1;
      file.onRecord?.(record);
      piece += line;
      if (piece.length < PIECE_CHARACTERS) continue;
      yield Buffer.from(piece);
      piece = '';
    }
    yield Buffer.from(piece);
  }

  /** @returns the first record of the next page, or undefined at the end */
  private async nextPage(): Promise<ArchivedRecord | undefined> {
    const { done, value } = await this.pages.next();
    this.page = done === true ? [] : value;
    this.position = 0;
    return this.page[0];
  }
}

const utcDay = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);
