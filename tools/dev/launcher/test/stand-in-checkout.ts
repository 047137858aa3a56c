import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTemporaryServicesDir } from '@drivewatch/local-services';
import { bundleLauncher, workspaceRoot } from './bundle-launcher';

const EVENTUALLY_MS = 30_000;

/** Returns a stand-in app, which notes its start and its orderly stop, and answers on PORT if it is the API. */
const APP = (name: string) => `
  import { appendFileSync } from 'node:fs';
  import { createServer } from 'node:http';
  import { mkdirSync, writeFileSync } from 'node:fs';
  if (process.argv[2] === 'sample-days') {
    mkdirSync(process.argv[4]);
    for (const day of [1, 2, 3]) writeFileSync(process.argv[4] + '/' + day + '.csv', '');
    process.exit(0);
  }
  const note = (what) => appendFileSync('events.txt', what + ' ${name} ' + process.pid + '\\n');
  process.on('SIGTERM', () => { note('stopped'); process.exit(0); });
  if ('${name}' === 'api') createServer((_, response) => response.end('ok')).listen(process.env.PORT, process.env.HOST);
  else setInterval(() => {}, 1000);
  note('started');
`;

/**
 * The programs that make the sample days: each notes its turn, and the last one leaves what a run of the real one
 * leaves.
 */
const SAMPLE_PROGRAMS = {
  'dist/tools/cli/main.mjs': `
    import { appendFileSync, existsSync } from 'node:fs';
    const [name, ...paths] = process.argv.slice(2);
    const files = name === 'import' ? paths.filter((file) => existsSync(file)).length : 0;
    appendFileSync('events.txt', 'imported-' + files + ' importer ' + process.pid + '\\n');
  `,
  'dist/tools/spark-submit/main.mjs': `
    import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
    const { DRIVEWATCH_DIR, FLEET_TIME_ZONE } = process.env;
    mkdirSync(DRIVEWATCH_DIR + '/public-bucket/summaries', { recursive: true });
    writeFileSync(DRIVEWATCH_DIR + '/public-bucket/summaries/manifest.json', '{}');
    appendFileSync('events.txt', 'summed-up ' + FLEET_TIME_ZONE + ' ' + process.pid + '\\n');
  `,
};

/** Programs on the PATH that are only asked for their versions. */
const PROGRAMS = {
  java: 'echo \'openjdk version "17.0.1"\' >&2',
  python3: 'echo 3.11.2',
};

export interface AppEvent {
  readonly what: string;
  readonly name: string;
  readonly pid: number;
}

export interface LauncherRun {
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

/** A folder with the real launcher, built, and stand-ins for the apps that it starts. */
export class StandInCheckout {
  /** Added to the environment of the launchers. */
  readonly env: Record<string, string> = {};
  private readonly runs: LauncherRun[] = [];

  private constructor(readonly dir: string) {}

  static async create(): Promise<StandInCheckout> {
    const { dir } = await createTemporaryServicesDir();
    await symlink(join(workspaceRoot, 'node_modules'), join(dir, 'node_modules'));
    await bundleLauncher('main.ts', join(dir, 'dist/tools/launcher/main.mjs'));
    const checkout = new StandInCheckout(dir);
    await checkout.setApp('dist/apps/api/main.mjs', APP('api'));
    await checkout.setApp('dist/apps/consumer/main.mjs', APP('consumer'));
    await checkout.setApp('dist/tools/simulator/main.mjs', APP('simulator'));
    for (const [program, source] of Object.entries(SAMPLE_PROGRAMS)) await checkout.setApp(program, source);
    await mkdir(join(dir, 'bin'));
    for (const [name, script] of Object.entries(PROGRAMS)) {
      await writeFile(join(dir, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    return checkout;
  }

  /** Leaves summaries as an earlier start does. */
  async addSummaries(): Promise<void> {
    await this.setApp('.drivewatch/public-bucket/summaries/manifest.json', '{}');
  }

  async setApp(program: string, source: string): Promise<void> {
    await mkdir(dirname(join(this.dir, program)), { recursive: true });
    await writeFile(join(this.dir, program), source);
  }

  start(port: number, ...args: readonly string[]): LauncherRun {
    const child = spawn(process.execPath, [join(this.dir, 'dist/tools/launcher/main.mjs'), ...args], {
      cwd: this.dir,
      env: {
        PATH: `${join(this.dir, 'bin')}:/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin`,
        PORT: String(port),
        DRIVEWATCH_DIR: '.drivewatch',
        ...this.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const ended = once(child, 'close').then(() => child.exitCode);
    const run = { process: child, output: () => output, ended };
    this.runs.push(run);
    return run;
  }

  async events(): Promise<AppEvent[]> {
    const text = await readFile(join(this.dir, 'events.txt'), 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' '))
      .map(([what = '', name = '', pid]) => ({ what, name, pid: Number(pid) }));
  }

  /** Stops every launcher that still runs, and deletes the folder. */
  async remove(): Promise<void> {
    for (const run of this.runs) {
      run.process.kill('SIGTERM');
      await run.ended;
    }
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** Asks until the answer is yes. @throws Error with `describe()` after half a minute */
export async function eventually(
  ask: () => boolean | Promise<boolean>,
  describe: () => string,
): Promise<void> {
  const deadline = Date.now() + EVENTUALLY_MS;
  while (!(await ask())) {
    if (Date.now() > deadline) throw new Error(`Still waiting after ${EVENTUALLY_MS} ms:\n${describe()}`);
    await sleep(20);
  }
}
