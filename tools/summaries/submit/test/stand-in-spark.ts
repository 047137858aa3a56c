import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const workspaceRoot = resolve(__dirname, '../../../..');

/**
 * Notes how it was called, then does what `DO` says. Like the real program, it has a child that it waits for and that
 * keeps the output open.
 */
const SPARK_SUBMIT = `#!/bin/sh
printf '%s\\n' "$@" > "$NOTES/arguments"
printf '%s\\n' "$PWD" > "$NOTES/folder"
echo 'the job says so'
case "$DO" in
  fail) exit 3 ;;
  hang) sleep 300 & echo $! > "$NOTES/child"; wait ;;
esac
`;

export interface SubmitRun {
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Resolves to the exit code. */
  readonly ended: Promise<number | null>;
}

/** A folder with the built tool, a job without content, and a stand-in for an installed Spark. */
export class StandInSpark {
  private constructor(readonly dir: string) {}

  static async create(): Promise<StandInSpark> {
    const dir = await mkdtemp(join(tmpdir(), 'spark-submit-'));
    const standIn = new StandInSpark(dir);
    await build({
      entryPoints: [join(workspaceRoot, 'tools/summaries/submit/src/main.ts')],
      outfile: standIn.path('dist/tools/spark-submit/main.mjs'),
      bundle: true,
      logLevel: 'silent',
      platform: 'node',
      format: 'esm',
      packages: 'external',
      tsconfig: join(workspaceRoot, 'tsconfig.base.json'),
    });
    await symlink(join(workspaceRoot, 'node_modules'), standIn.path('node_modules'));
    await mkdir(standIn.path('tools/summaries/drivewatch_summaries'), { recursive: true });
    await writeFile(standIn.path('tools/summaries/drivewatch_summaries/__init__.py'), '');
    await mkdir(standIn.path('spark-4.1.0-bin-hadoop3/bin'), { recursive: true });
    await writeFile(standIn.path('spark-4.1.0-bin-hadoop3/bin/spark-submit'), SPARK_SUBMIT, { mode: 0o755 });
    return standIn;
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  /** @param env variables beside those that say where the stand-in is and where it writes */
  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): SubmitRun {
    const child = spawn(process.execPath, [this.path('dist/tools/spark-submit/main.mjs'), ...args], {
      cwd: this.dir,
      env: {
        PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin',
        SPARK_SUBMIT: this.path('spark-4.1.0-bin-hadoop3/bin/spark-submit'),
        DRIVEWATCH_DIR: 'data',
        NOTES: this.dir,
        ...env,
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
    return { process: child, output: () => output, ended };
  }

  /** Returns the lines that the stand-in has noted under this name; undefined as long as there are none. */
  async noted(name: 'arguments' | 'folder' | 'child'): Promise<string[] | undefined> {
    const text = await readFile(this.path(name), 'utf8').catch(() => '');
    return text.endsWith('\n') ? text.trimEnd().split('\n') : undefined;
  }

  async remove(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}
