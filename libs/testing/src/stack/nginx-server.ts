import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  createTemporaryServicesDir,
  ensureProgram,
  spawnGuarded,
  SYSTEM_PROGRAMS,
} from '@drivewatch/local-services';
import { eventually } from './eventually';

/** A running nginx with one of the project's own configurations. */
export interface NginxServer {
  /** The URL has a slash at its end. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Returns what Debian's nginx.conf has around the files of its conf.d, with everything in the working folder. */
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
  include ${dir}/drivewatch.conf;
}
`;

/**
 * Starts nginx on loopback.
 *
 * @param file a file of docker/nginx
 * @param listen address and port
 * @param settings returns the variables in the file by name; it is given a folder for files that are kept
 */
export async function startNginx(
  file: string,
  listen: string,
  settings: (cacheDir: string) => Readonly<Record<string, string>>,
): Promise<NginxServer> {
  const command = await ensureProgram(SYSTEM_PROGRAMS.nginx);
  const temporary = await createTemporaryServicesDir();
  const { dir } = temporary;
  const cacheDir = join(dir, 'cache');
  const values = settings(cacheDir);
  const template = await readFile(join('docker/nginx', file), 'utf8');
  await mkdir(cacheDir);
  await writeFile(
    join(dir, 'drivewatch.conf'),
    // envsubst does the same, and leaves everything that is no variable with a value.
    template.replace(/\$\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole),
  );
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
