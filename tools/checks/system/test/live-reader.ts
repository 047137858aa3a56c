import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseEnv } from '@drivewatch/config';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack } from '@drivewatch/testing';
import * as z from 'zod';
import { postRecord } from './post-record';
import { suiteStack } from './suite-stack';

const EXAMPLE = /^```typescript\n\/\/ example: typescript-live-reader\n([^]*?)^```$/m;

/** The reader that docs/access.md shows, run as its reader would. */
class Reader {
  output = '';
  notes = '';

  private constructor(private readonly program: ChildProcess) {
    program.stdout?.on('data', (text: Buffer) => (this.output += text.toString()));
    program.stderr?.on('data', (text: Buffer) => (this.notes += text.toString()));
  }

  static start(file: string, url: string, key: string): Reader {
    const env = { ...parseEnv(z.record(z.string(), z.string())), DRIVEWATCH_URL: url, DRIVEWATCH_KEY: key };
    return new Reader(spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  async exitCode(): Promise<number | null> {
    if (this.program.exitCode === null) await once(this.program, 'exit');
    return this.program.exitCode;
  }

  stop(): void {
    this.program.kill();
  }
}

describe('the reader in docs/access.md', () => {
  let stack: Stack;
  let folder: string;
  let file: string;
  let device: string;
  let reader: Reader | undefined;

  beforeAll(async () => {
    const [, code] = EXAMPLE.exec(await readFile('docs/access.md', 'utf8')) ?? [];
    if (code === undefined) throw new Error('docs/access.md has no example typescript-live-reader');
    folder = await mkdtemp(join(tmpdir(), 'drivewatch-live-reader-'));
    // This stands for `npm install socket.io-client`.
    await symlink(resolve('node_modules'), join(folder, 'node_modules'));
    file = join(folder, 'reader.mts');
    await writeFile(file, code);
    stack = await suiteStack();
    device = (await stack.access.addKey()).key;
  });
  afterEach(() => {
    reader?.stop();
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const post = async (Speed: string, fields: Record<string, string> = {}) => {
    const record = aWireRecord({ driverID: 'read', Speed, Time: new Date().toISOString(), ...fields });
    await eventually(async () => {
      const { status } = await postRecord(stack.url, record, { Authorization: `Bearer ${device}` });
      expect(status).toBe(202);
    });
  };
  const linesOf = ({ output }: Reader, speed: string) =>
    output.split('\n').filter((line) => line.includes(' read ') && line.endsWith(` ${speed} km/h`));
  const eventuallyRead = (from: Reader, speed: string) =>
    eventually(() => expect(linesOf(from, speed)).toHaveLength(1));

  it('prints speeds and alerts once, also across a restart, until its key is revoked, and says so', async () => {
    const { id, key } = await stack.access.addLiveKey();
    await post('41');
    await eventually(async () => {
      const { status } = await postRecord(stack.url, {}, { Authorization: `Bearer ${key}` });
      expect(status).toBe(403);
    });
    const running = (reader = Reader.start(file, stack.url, key));
    await eventuallyRead(running, '41');
    await post('151', { isOverspeed: '1' });
    await eventuallyRead(running, '151');
    expect(running.output).toMatch(/^tick read \S+Z 151 km\/h$/m);
    expect(running.output).toMatch(/^overspeeding read \d{4}-/m);

    await stack.api().stop();
    await stack.startApi();
    await post('52', { isOverspeedFinished: '1' });
    await eventuallyRead(running, '52');
    await eventually(() => expect(running.output).toMatch(/^overspeedEnd read \d{4}-/m));
    for (const speed of ['41', '151', '52']) expect(linesOf(running, speed)).toHaveLength(1);
    expect(running.output.match(/^overspeeding read/gm)).toHaveLength(1);

    await stack.access.keys.revoke(id);
    expect(await running.exitCode()).toBe(1);
    expect(running.notes).toMatch(/Disconnected: io server disconnect\n.*The key has been revoked/);
    expect(running.output + running.notes).not.toContain(key);
  });

  it('ends with the reason where it shows a key for records', async () => {
    reader = Reader.start(file, stack.url, device);
    expect(await reader.exitCode()).toBe(1);
    expect(reader.notes).toContain('This key may send records and nothing else');
  });
});
