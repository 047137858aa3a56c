import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { withFileLock } from '../folder/file-lock';

/** All ports are below 32768, where Linux starts to give ports to outgoing connections (macOS does at 49152). */
const FIRST_PORT = 20_000;
const BLOCK_SIZE = 20;
const BLOCKS = 600;
/** Choosing a block takes milliseconds, so only a hang reaches this limit. */
const CLAIM_LIMIT_MS = 120_000;

const claimed = new Set<number>();
const unused: number[] = [];
let claiming: Promise<void> | undefined;

/**
 * Returns a port of 127.0.0.1 on which nothing listens, which this function has not returned before, and which no other
 * running process gets from it. The kernel's own choice of a free port may go to somebody else before the intended
 * server listens, or while that server is restarted. Each process has blocks of ports of its own.
 *
 * @throws Error when running processes hold all blocks
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = unused.shift();
    if (port === undefined) {
      claiming ??= claimBlock().finally(() => (claiming = undefined));
      await claiming;
    } else if (await isFree(port)) {
      return port;
    }
  }
}

async function claimBlock(): Promise<void> {
  const folder = join(tmpdir(), `drivewatch-ports-${userInfo().username}`);
  await mkdir(folder, { recursive: true });
  await withFileLock(folder, 'claim', { waitLimitMs: CLAIM_LIMIT_MS }, async () => {
    const start = Math.floor(Math.random() * BLOCKS);
    for (let tried = 0; tried < BLOCKS; tried += 1) {
      const block = (start + tried) % BLOCKS;
      const mark = join(folder, String(block));
      if (claimed.has(block) || !(await isClaimable(mark))) continue;
      await writeFile(mark, String(process.pid));
      claimed.add(block);
      const first = FIRST_PORT + block * BLOCK_SIZE;
      for (let index = 0; index < BLOCK_SIZE; index += 1) unused.push(first + index);
      return;
    }
    throw new Error(`Running processes hold all ${BLOCKS} blocks of ports, see ${folder}`);
  });
}

/**
 * Returns whether no running process holds the block. A block with this process's own id was taken by another copy of
 * this module: each test file has a copy in a worker of Jest, and the files run one after the other.
 */
async function isClaimable(mark: string): Promise<boolean> {
  const owner = Number(await readFile(mark, 'utf8').catch(() => ''));
  if (!owner || owner === process.pid) return true;
  try {
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
