import { type IRedisTransaction, Queue } from 'bullmq';

/** Commands that Redis carries out together, or none of them. */
export type Transaction = IRedisTransaction;

/**
 * A queue that says nothing of an outage: `connectRedis` says it once, while BullMQ prints each failed attempt to connect,
 * from the first on, as long as nobody listens for its errors. Its commands fail as ever.
 */
export class QuietQueue<Data = unknown> extends Queue<Data> {
  constructor(...parameters: ConstructorParameters<typeof Queue<Data>>) {
    super(...parameters);
    this.on('error', () => undefined);
  }

  /**
   * Adds a job in one step with other commands: Redis carries out all of it, or nothing.
   *
   * @param addCommands adds them to the transaction
   * @throws the error of Redis while it is away; as with every command, an answer that is lost says nothing
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
    // Nothing here lets Redis give a transaction up; nothing is to be taken for queued where it does.
    if (results === null) throw new Error('Redis gave the transaction up');
    for (const [error] of results) if (error !== null) throw error;
  }
}
