import { type AppProcess, type Stack, startStack } from '@drivewatch/testing';
import { cpuSecondsOf } from './process-cpu';

/** The parts whose processor time is measured separately. */
export const PARTS = ['api', 'consumer', 'redis', 'postgres'] as const;
export type PartCpu = Record<(typeof PARTS)[number], number>;

export interface Scale {
  readonly apis: number;
  readonly consumers: number;
}

/** Some number of APIs and consumers on one Redis and one PostgreSQL. */
export class ScaledStack {
  private constructor(
    readonly stack: Stack,
    readonly urls: readonly string[],
    private readonly further: readonly AppProcess[],
  ) {}

  static async start({ apis, consumers }: Scale): Promise<ScaledStack> {
    const stack = await startStack({
      isDurable: true,
      consumers,
      tickSeconds: 30,
      apiEnv: { QUEUE_MAX: '1000000' },
    });
    const further = [];
    for (let count = 1; count < apis; count += 1) further.push(await stack.startFurtherApi());
    return new ScaledStack(
      stack,
      [stack.url, ...further.map(({ url }) => url)],
      further.map(({ process }) => process),
    );
  }

  /** Returns the processor seconds of each part so far. */
  cpu(): PartCpu {
    const { redis, postgres } = this.stack.servicePids();
    const sum = (pids: readonly number[]): number =>
      pids.reduce((total, pid) => total + cpuSecondsOf(pid), 0);
    return {
      api: sum([this.stack.api(), ...this.further].map(({ pid }) => pid)),
      consumer: sum(this.stack.consumers.map(({ pid }) => pid)),
      redis: cpuSecondsOf(redis),
      postgres: cpuSecondsOf(postgres),
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.further.map((api) => api.stop()));
    await this.stack.stop();
  }
}
