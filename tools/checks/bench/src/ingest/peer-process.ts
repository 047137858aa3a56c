import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { LISTENS, type Peer } from './peers';

/** A peer in a process of its own. */
export interface PeerProcess {
  url: string;
  stop: () => void;
}

export async function startPeer(peer: Peer, redisUrl: string): Promise<PeerProcess> {
  const [program = ''] = process.argv.slice(1);
  const child = spawn(process.execPath, [program, 'serve', peer, redisUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [chunk] = (await once(child.stdout, 'data', { signal: AbortSignal.timeout(15_000) })) as [Buffer];
  const port = chunk.toString().trim().slice(LISTENS.length);
  return { url: `http://127.0.0.1:${port}`, stop: () => child.kill('SIGKILL') };
}
