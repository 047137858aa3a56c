import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { freePort } from '../src';

/** Asks for several ports at the same time, as many as it is told, writes them, and stays. */
const ASKER = `
  import { freePort } from './src/process/free-port';
  const count = Number(process.argv[2]);
  const ports = await Promise.all(Array.from({ length: count }, () => freePort()));
  console.log(JSON.stringify(ports));
  setInterval(() => {}, 1000);
`;

describe(freePort.name, () => {
  let dir: string;
  let marks: string;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'free-port-'));
    await build({
      stdin: { contents: ASKER, resolveDir: join(__dirname, '..'), loader: 'ts' },
      outfile: join(dir, 'asker.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
      tsconfig: 'tsconfig.base.json',
    });
  });
  afterAll(() => rm(dir, { recursive: true }));
  beforeEach(async () => {
    marks = join(dir, `drivewatch-ports-${userInfo().username}`);
    await mkdir(marks, { recursive: true });
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await rm(marks, { recursive: true });
  });

  /** Returns the ports of another process, or what it wrote when it failed. */
  async function ask(count: number): Promise<{ ports: number[]; error: string }> {
    const child = spawn(process.execPath, [join(dir, 'asker.mjs'), String(count)], {
      env: { TMPDIR: dir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let [output, error] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
    await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
    return { ports: output === '' ? [] : (JSON.parse(output) as number[]), error };
  }

  async function mark(owners: (block: number) => number): Promise<void> {
    for (let block = 0; block < 600; block += 1)
      await writeFile(join(marks, String(block)), String(owners(block)));
  }

  /** Returns the id of a process that is gone. */
  async function aDeadProcess(): Promise<number> {
    const child = spawn('/bin/true');
    await once(child, 'exit');
    return child.pid ?? 0;
  }

  it('gives processes that run side by side ports of their own', async () => {
    const answers = await Promise.all([ask(45), ask(45), ask(45), ask(45)]);
    const ports = answers.flatMap((answer) => answer.ports);
    expect(ports).toHaveLength(180);
    expect(new Set(ports).size).toBe(180);
    expect(ports.filter((port) => port < 20_000 || port >= 32_000)).toEqual([]);
  });

  it('takes over the ports of a process that has ended', async () => {
    const dead = await aDeadProcess();
    await mark((block) => (block === 321 ? dead : process.pid));
    const { ports } = await ask(3);
    expect(ports).toHaveLength(3);
    for (const port of ports) expect(Math.floor((port - 20_000) / 20)).toBe(321);
  });

  it('says where to look when running processes hold all ports', async () => {
    await mark(() => process.pid);
    const { ports, error } = await ask(1);
    expect(ports).toEqual([]);
    expect(error).toContain(`hold all 600 blocks of ports, see ${marks}`);
  });

  it('leaves out a port on which something else listens', async () => {
    const first = await freePort();
    const server = createServer().listen(first + 1, '127.0.0.1');
    await once(server, 'listening');
    try {
      expect([await freePort(), await freePort()]).not.toContain(first + 1);
    } finally {
      server.close();
    }
  });
});
