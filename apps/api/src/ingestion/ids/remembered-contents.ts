import { REDIS, REDIS_PREFIX, type RedisClient, RedisScript } from '@drivewatch/redis';
import { Inject, Injectable } from '@nestjs/common';
import rememberContentsLua from './remember-contents-n.lua';

/**
 * An id is remembered for one to two generations: many times as long as a record usually takes to reach the store,
 * which knows it from then on.
 */
export const GENERATION_MS = 3 * 60_000;
/** A bucket from the start of a generation is read until the end of the next; clocks may differ a little. */
const KEPT_MS = 2 * GENERATION_MS + 10_000;
/**
 * The number of hashes that the ids of a generation are spread over. Redis packs hashes of up to 128 fields
 * (`hash-max-listpack-entries`), in which an id takes some 40 bytes rather than 150: at 5,000 a second there are 55 in
 * each.
 */
const BUCKETS = 16_384;
/** How much of a content is kept: 64 bits tell it from the few others that its id may ever be used for. */
const CONTENT_BYTES = 8;

/** The use of an id for a content. */
export interface IdUse {
  readonly id: string;
  /** The UUID of what the record says. */
  readonly content: string;
}

/** What was remembered for an id before. */
export type Remembered = 'nothing' | 'same' | 'other';
const REMEMBERED: readonly Remembered[] = ['nothing', 'same', 'other'];

/** Remembers what the ids chosen in the last few minutes stand for, shared by all instances. */
@Injectable()
export class RememberedContents {
  private readonly rememberScript: RedisScript<(0 | 1 | 2)[]>;

  constructor(@Inject(REDIS) private readonly redis: RedisClient) {
    this.rememberScript = new RedisScript(redis, 'rememberContents', rememberContentsLua);
  }

  /**
   * Remembers each id with its content, unless it is remembered already.
   *
   * @param nowMs only tests pass it
   * @returns what was remembered for each before, in the same order
   * @throws the error of Redis while it is away
   */
  async remember(uses: readonly IdUse[], nowMs = Date.now()): Promise<Remembered[]> {
    const generation = Math.floor(nowMs / GENERATION_MS);
    const packed = uses.map(({ id, content }) => ({ id: bytesOf(id), content: contentBytes(content) }));
    const keysOf = (number: number) => packed.map(({ id }) => bucketOf(number, id));
    const found = await this.rememberScript.run(
      [...keysOf(generation), ...keysOf(generation - 1)],
      [KEPT_MS, ...packed.flatMap(({ id, content }) => [id, content])],
    );
    return found.map((code) => REMEMBERED[code] ?? 'other');
  }

  /**
   * Remembers an id with this content instead of another one.
   *
   * @param content `null` when it is not known, which leaves the id to the store
   * @param nowMs only tests pass it
   * @throws the error of Redis while it is away
   */
  async correct({ id, content }: { id: string; content: string | null }, nowMs = Date.now()): Promise<void> {
    const generation = Math.floor(nowMs / GENERATION_MS);
    const packed = bytesOf(id);
    const [bucket, before] = [bucketOf(generation, packed), bucketOf(generation - 1, packed)];
    const changes = this.redis.multi().hdel(before, packed).hdel(bucket, packed);
    if (content !== null) changes.hset(bucket, packed, contentBytes(content)).pexpire(bucket, KEPT_MS);
    await changes.exec();
  }
}

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');
const contentBytes = (content: string): Buffer => bytesOf(content).subarray(0, CONTENT_BYTES);

/**
 * The last bytes choose the bucket: in UUIDs of every version that devices make, these are random or derived from a
 * hash.
 */
const bucketOf = (generation: number, id: Buffer): string =>
  `${REDIS_PREFIX}:used-ids:${generation}:${id.readUInt16BE(14) % BUCKETS}`;
