import { Queue } from 'bullmq';

/**
 * A queue that says nothing of an outage: `connectRedis` says it once, while BullMQ prints each failed attempt to connect,
 * from the first on, as long as nobody listens for its errors. Its commands fail as ever.
 */
export class QuietQueue<Data = unknown> extends Queue<Data> {
  constructor(...parameters: ConstructorParameters<typeof Queue<Data>>) {
    super(...parameters);
    this.on('error', () => undefined);
  }
}
