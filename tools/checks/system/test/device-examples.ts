import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseEnv } from '@drivewatch/config';
import * as z from 'zod';

const run = promisify(execFile);
const EXAMPLE = /^```\w+\n(?:#|\/\/) example: ([\w-]+)\n([^]*?)^```$/gm;
/** Reached only by an example that hangs. */
export const EXAMPLE_LIMIT_MS = 120_000;
export const EXAMPLE_KEY = 'key-of-the-example';

/** The examples of docs/devices.md, which are run as their reader would run them. */
export class DeviceExamples {
  private runs = 0;

  private constructor(
    private readonly folder: string,
    readonly page: string,
    private readonly examples: ReadonlyMap<string, string>,
  ) {}

  static async read(): Promise<DeviceExamples> {
    const page = await readFile('docs/devices.md', 'utf8');
    const examples = [...page.matchAll(EXAMPLE)].map(([, name = '', code = '']) => [name, code] as const);
    const folder = await mkdtemp(join(tmpdir(), 'drivewatch-device-page-'));
    return new DeviceExamples(folder, page, new Map(examples));
  }

  get names(): string[] {
    return [...this.examples.keys()];
  }

  codeOf(name: string): string {
    const code = this.examples.get(name);
    if (code === undefined) throw new Error(`docs/devices.md has no example ${name}`);
    return code;
  }

  /** Runs an example. @param code what is run instead of the code of the page. @returns what it printed */
  async run(name: string, url: string, code = this.codeOf(name)): Promise<string> {
    const language = name.split('-')[0] ?? '';
    const env = {
      ...parseEnv(z.record(z.string(), z.string())),
      DRIVEWATCH_URL: url,
      DRIVEWATCH_KEY: EXAMPLE_KEY,
    };
    const options = { env, timeout: EXAMPLE_LIMIT_MS, cwd: this.folder };
    if (language === 'curl') return (await run('sh', ['-e', '-c', code], options)).stdout;
    const [program, ending] = language === 'python' ? ['python3', 'py'] : [process.execPath, 'mts'];
    const file = join(this.folder, `${name}-${++this.runs}.${ending}`);
    await writeFile(file, `${this.codeOf(`${language}-client`)}\n\n${code}`);
    return (await run(program, [file], options)).stdout;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
