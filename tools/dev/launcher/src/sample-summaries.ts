import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { publicBucketUrl } from '@drivewatch/config';
import { SUMMARY_MANIFEST_KEY } from '@drivewatch/contracts';
import type { GuardedProcess } from '@drivewatch/local-services';
import { findPython, requireJava } from '@drivewatch/local-services';
import { AppLog } from './app-log';
import { startNodeApp } from './node-app';
import type { LauncherConfig } from './settings';

export interface SampleSummariesOptions {
  readonly config: LauncherConfig;
  /** The folder of the checkout, which holds `dist`. */
  readonly workspaceRoot: string;
  /** An absolute path. */
  readonly dataDir: string;
  /** The environment that the programs inherit. */
  readonly env: Readonly<Record<string, string>>;
  /** Writes a line on the terminal. */
  readonly print: (line: string) => void;
  /** The address of the Summary page. */
  readonly pageUrl: string;
}

/** Gives the Summary page something to show: sums up sample days once, in the background. */
export class SampleSummaries {
  private readonly stopping = new AbortController();
  private current: GuardedProcess | null = null;
  private done: Promise<void> = Promise.resolve();

  constructor(private readonly options: SampleSummariesOptions) {}

  /**
   * Begins, unless there are summaries or the buckets are not the launcher's own; reports on the terminal how it goes.
   */
  begin(): void {
    const { config, dataDir } = this.options;
    // Made-up records have no place in a bucket of the user's own.
    if (config.RECORDS_BUCKET !== undefined || config.PUBLIC_BUCKET !== undefined) return;
    const manifest = `${publicBucketUrl({ DRIVEWATCH_DIR: dataDir })}/${SUMMARY_MANIFEST_KEY}`;
    if (!existsSync(fileURLToPath(manifest))) this.done = this.make();
  }

  /** Ends the running program and waits until it is gone. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.current?.stop();
    await this.done;
  }

  /** Kills the running program without waiting. */
  kill(): void {
    this.stopping.abort();
    this.current?.kill('SIGKILL');
  }

  /** Never rejects: a start without sample days still is a good start. */
  private async make(): Promise<void> {
    const { print, pageUrl } = this.options;
    const say = (text: string) => {
      if (!this.stopping.signal.aborted) print(`Summary page: ${text}`);
    };
    try {
      await requireJava();
      await findPython();
      say('making sample days in the background; the first time this installs PySpark, about 450 MB');
      await this.runAll();
      say(`${pageUrl} shows the sample days`);
    } catch (error) {
      say(`no sample days. ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private async runAll(): Promise<void> {
    const { dataDir } = this.options;
    const log = new AppLog(join(dataDir, 'logs', 'summaries.log'));
    const folder = join(dataDir, 'sample-days');
    try {
      await this.run(log, 'dist/tools/simulator/main.mjs', ['sample-days', '--out', folder]);
      const files = (await readdir(folder)).map((name) => join(folder, name));
      await this.run(log, 'dist/tools/cli/main.mjs', ['import', ...files]);
      await this.run(log, 'dist/tools/spark-submit/main.mjs', []);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** @throws Error with the last line that the program wrote when it fails */
  private async run(log: AppLog, program: string, args: readonly string[]): Promise<void> {
    const { signal } = this.stopping;
    signal.throwIfAborted();
    const { config, workspaceRoot, dataDir, env } = this.options;
    const running = await startNodeApp({
      script: join(workspaceRoot, program),
      args,
      cwd: workspaceRoot,
      log,
      signal,
      env: {
        ...env,
        FLEET_TIME_ZONE: config.FLEET_TIME_ZONE,
        DRIVEWATCH_DIR: dataDir,
        // A cluster could not see the folders of this machine.
        SPARK_MASTER: 'local[*]',
        NO_COLOR: '1',
      },
      onLine: () => undefined,
      readyPage: undefined,
    });
    this.current = running;
    // stop() may have been called while the process was being started, when there was nothing for it to stop yet.
    if (signal.aborted) await running.stop();
    giveWay(running);
    const { code } = await running.exited;
    signal.throwIfAborted();
    if (code === 0) return;
    // The program's last output may still be on its way.
    for (const output of [running.stdout, running.stderr]) if (output) await finished(output);
    const lastLine = log.lastLines().split('\n').at(-1) ?? '';
    throw new Error(`${program} failed (${lastLine.replace(/^✗ /, '')}); see ${log.file}`);
  }
}

/** Lowers the program's priority, because the machine's other work comes first. */
function giveWay(running: GuardedProcess): void {
  try {
    setPriority(running.pid, constants.priority.PRIORITY_LOW);
  } catch (error) {
    // The program has ended already, or the system does not allow it: the program runs all the same.
    if (!['ESRCH', 'EPERM', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
