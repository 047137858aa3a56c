import type { RedisClient } from './connect-redis';
import type { Transaction } from './quiet-queue';

export type ScriptArgument = string | number | Buffer;
type ScriptCommand<Answer> = (
  keyCount: number,
  keys: readonly string[],
  args: readonly ScriptArgument[],
) => Promise<Answer>;

/**
 * A Lua script on one client. The client sends the script's text once on each connection and from then on its digest.
 * The number of keys is that of the keys passed, so that it cannot be wrong.
 */
export class RedisScript<Answer> {
  private readonly command: ScriptCommand<Answer>;

  /**
   * @param name the name under which the client knows the script
   * @param lua the text of a `.lua` file, whose header says which keys and arguments it takes
   */
  constructor(
    redis: RedisClient,
    private readonly name: string,
    lua: string,
  ) {
    redis.defineCommand(name, { lua });
    const command = Reflect.get(redis, name) as ScriptCommand<Answer>;
    this.command = command.bind(redis);
  }

  /** @throws the error of Redis, or of the script */
  run(keys: readonly string[], args: readonly ScriptArgument[]): Promise<Answer> {
    return this.command(keys.length, keys, args);
  }

  /** Adds the script to a transaction on the same client. */
  addTo(transaction: Transaction, keys: readonly string[], args: readonly ScriptArgument[]): void {
    transaction.runCommand(this.name, [keys.length, ...keys, ...args]);
  }
}
