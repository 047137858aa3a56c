import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  createTemporaryServicesDir,
  ensureProgram,
  spawnGuarded,
  SYSTEM_PROGRAMS,
} from '@drivewatch/embedded-services';
import { eventually } from '@drivewatch/test-stack';
import getPort from 'get-port';

/** A running nginx with the project's own configuration of an edge cache. */
export interface EdgeCache {
  /** With a slash at its end, as CDN_URL is. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** What Debian's nginx.conf is around the files in its conf.d, with everything in the working folder. */
const nginxConfig = (dir: string): string => `
daemon off;
pid ${dir}/nginx.pid;
events {}
http {
  access_log off;
  client_body_temp_path ${dir}/body;
  proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi;
  scgi_temp_path ${dir}/scgi;
  include ${dir}/edge-cache.conf;
}
`;

/**
 * Starts nginx on loopback with docker/nginx/edge-cache.conf.
 *
 * @param origin with a slash at its end
 * @param port when it has to be known before; otherwise a free one
 */
export async function startEdgeCache(origin: string, port?: number): Promise<EdgeCache> {
  const command = await ensureProgram(SYSTEM_PROGRAMS.nginx);
  const temporary = await createTemporaryServicesDir();
  const { dir } = temporary;
  const listen = `127.0.0.1:${port ?? (await getPort({ host: '127.0.0.1' }))}`;
  const settings = { EDGE_LISTEN: listen, EDGE_CACHE_DIR: join(dir, 'cache'), CDN_ORIGIN: origin };
  const template = await readFile('docker/nginx/edge-cache.conf', 'utf8');
  const config = template.replace(/\$\{(\w+)\}/g, (_, name: keyof typeof settings) => settings[name]);
  await mkdir(join(dir, 'cache'));
  await writeFile(join(dir, 'edge-cache.conf'), config);
  await writeFile(join(dir, 'nginx.conf'), nginxConfig(dir));
  const server = await spawnGuarded({
    command,
    args: ['-p', dir, '-c', join(dir, 'nginx.conf'), '-e', 'stderr'],
    cwd: dir,
    env: {},
    output: ['ignore', 'pipe'],
    stopSignal: 'SIGTERM',
    stopLimitMs: 5_000,
  });
  const errors = server.stderr ? text(server.stderr) : Promise.resolve('');
  const stop = async () => {
    await server.stop();
    await temporary.remove();
  };
  const url = `http://${listen}/`;
  try {
    await eventually(() => fetch(url));
  } catch (cause) {
    await stop();
    throw new Error(`nginx did not start:\n${await errors}`, { cause });
  }
  return { url, stop };
}
