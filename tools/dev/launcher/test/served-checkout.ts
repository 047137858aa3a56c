import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTemporaryServicesDir } from '@drivewatch/local-services';
import { bundleLauncher, workspaceRoot } from './bundle-launcher';

/** Everything that `nx serve api` uses of the checkout, besides the app's sources and the launcher. */
const COPIED = ['tools/dev/workspace', 'tsconfig.base.json', 'package.json'];

/** A stand-in app: it answers with its greeting and with the services that it was given. */
const APP = `
  import { createServer } from 'node:http';
  import { greeting } from './greeting';
  const { PORT, DATABASE_URL, REDIS_URL } = process.env;
  process.on('SIGTERM', () => process.exit(0));
  createServer((_, response) => {
    response.setHeader('Connection', 'close').end(JSON.stringify({ greeting, DATABASE_URL, REDIS_URL }));
  }).listen(PORT, '127.0.0.1');
`;

export interface AppAnswer {
  readonly greeting?: string;
  readonly DATABASE_URL?: string;
  readonly REDIS_URL?: string;
}

export interface ServeRun {
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Resolves with the app's answer, or nothing while it does not answer. */
  readonly answer: () => Promise<AppAnswer>;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

/** A folder with the real scripts behind `nx serve api` and the real launcher, built, and stand-ins for the apps' sources. */
export class ServedCheckout {
  private readonly runs: ServeRun[] = [];

  private constructor(private readonly dir: string) {}

  static async create(): Promise<ServedCheckout> {
    const { dir } = await createTemporaryServicesDir();
    await symlink(join(workspaceRoot, 'node_modules'), join(dir, 'node_modules'));
    for (const path of COPIED) await cp(join(workspaceRoot, path), join(dir, path), { recursive: true });
    await bundleLauncher('serve/main.ts', join(dir, 'dist/tools/launcher/serve/main.mjs'));
    for (const app of ['api', 'consumer']) {
      await mkdir(join(dir, 'apps', app, 'src'), { recursive: true });
      await writeFile(join(dir, 'apps', app, 'src/main.ts'), APP);
      await symlink('../../greeting.ts', join(dir, 'apps', app, 'src/greeting.ts'));
    }
    return new ServedCheckout(dir);
  }

  setGreeting(text: string): Promise<void> {
    return this.setSource(`export const greeting: string = ${JSON.stringify(text)};`);
  }

  /** The source that both apps import. */
  setSource(source: string): Promise<void> {
    return writeFile(join(this.dir, 'apps/greeting.ts'), source);
  }

  serve(app: 'api' | 'consumer', port: number): ServeRun {
    const child = spawn(process.execPath, [join(this.dir, 'tools/dev/workspace/serve.mjs'), app], {
      cwd: this.dir,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin', PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const ended = once(child, 'close').then(() => child.exitCode);
    const answer = async (): Promise<AppAnswer> => {
      try {
        return (await (await fetch(`http://127.0.0.1:${port}/`)).json()) as AppAnswer;
      } catch {
        return {};
      }
    };
    const run = { process: child, output: () => output, answer, ended };
    this.runs.push(run);
    return run;
  }

  /** Stops everything that still runs, and deletes the folder. */
  async remove(): Promise<void> {
    for (const run of this.runs) {
      run.process.kill('SIGTERM');
      await run.ended;
    }
    await rm(this.dir, { recursive: true, force: true });
  }
}
