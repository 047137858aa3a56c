import { infoOfServers, REDIS, type RedisClient } from '@drivewatch/redis';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';

const LOOK_EVERY_MS = 250;
/** The share of `maxmemory` that is kept free for what consumers need. */
const RESERVED_SHARE = 0.1;
/** Several times what a busy API can write between two looks. */
const RESERVED_BYTES = 4 * 1024 * 1024;

/**
 * Keeps records from filling Redis up to its `maxmemory`. A full Redis also refuses the scripts by which consumers take
 * jobs, so nothing could ever free memory again; with what the API leaves free, they can work through the queue.
 */
@Injectable()
export class RedisHeadroom implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(RedisHeadroom.name);
  private timer: NodeJS.Timeout | undefined;
  private short = false;

  constructor(@Inject(REDIS) private readonly redis: RedisClient) {}

  /** Whether Redis is too full to take more records. */
  get isShort(): boolean {
    return this.short;
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** While Redis does not answer, nothing can be added anyway, and the last result stands. */
  async look(): Promise<void> {
    const memory = await infoOfServers(this.redis, 'memory').catch(() => undefined);
    if (memory === undefined) return;
    const wasShort = this.short;
    // Only one of a cluster's nodes holds the queue; the others are almost empty, unless somebody else uses them.
    this.short = memory.some(isNearlyFull);
    if (this.short && !wasShort) this.logger.error('Redis is nearly at its maxmemory; records are refused');
    if (!this.short && wasShort) this.logger.log('Redis has memory again');
  }
}

/** @param memory the answer of `INFO memory`; a `maxmemory` of 0 means no limit */
export function isNearlyFull(memory: string): boolean {
  const bytes = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(memory)?.[1] ?? 0);
  const maxBytes = bytes('maxmemory');
  if (maxBytes === 0) return false;
  const reservedBytes = Math.min(Math.max(maxBytes * RESERVED_SHARE, RESERVED_BYTES), maxBytes / 2);
  return bytes('used_memory') > maxBytes - reservedBytes;
}
