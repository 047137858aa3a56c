import { type IRedisTransaction, Queue } from 'bullmq';

/** Commands that Redis carries out all together or not at all. */
export type Transaction = IRedisTransaction;

/**
 * A queue that reports no outages. `connectRedis` reports each once, while BullMQ prints every failed attempt to
 * connect as long as nobody listens for its errors. Its commands fail as usual.
 */
export class QuietQueue<Data = unknown> extends Queue<Data> {
  constructor(...parameters: ConstructorParameters<typeof Queue<Data>>) {
    super(...parameters);
    this.on('error', () => undefined);
  }

  /**
   * Adds a job together with other commands: Redis carries out all of them or none.
   *
   * @param addCommands adds them to the transaction
   * @throws the error of Redis while it is away; as with every command, a lost answer says nothing about the outcome
   */
  async addTogether(
    name: string,
    data: Data,
    addCommands: (transaction: Transaction) => void,
  ): Promise<void> {
    const transaction = (await this.backend.client).multi();
    const job = new this.Job(this, name, data, this.jobsOpts);
    await this.backend.addJobToTransaction(transaction, job.asJSON(), '');
    addCommands(transaction);
    const results = await transaction.exec();
    // Nothing here should make Redis discard a transaction; if it does, nothing must count as queued.
    if (results === null) throw new Error('Redis gave the transaction up');
    for (const [error] of results) if (error !== null) throw error;
  }
}
