import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The settings that the files in docker/nginx leave open. */
export interface EdgeSettings {
  readonly LB_LISTEN: string;
  readonly LB_TLS_DIR: string;
  readonly API_SERVERS: string;
  readonly EDGE_ADDRESS: string;
  readonly EDGE_LISTEN: string;
  readonly EDGE_CACHE_DIR: string;
  readonly CDN_ORIGIN: string;
}

const TEMPLATES = ['edge-cache.conf', 'load-balancer.conf'];

/**
 * Fills in the two files as the image's entry point does, together with what surrounds them there.
 *
 * @returns path of the nginx.conf
 */
export async function writeEdgeConfiguration(dir: string, settings: EdgeSettings): Promise<string> {
  for (const name of TEMPLATES) {
    const template = await readFile(join('docker/nginx', name), 'utf8');
    const filled = template.replace(/\$\{(\w+)\}/g, (_, key: keyof EdgeSettings) => settings[key]);
    await writeFile(join(dir, name), filled);
  }
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${dir}/${kind};`,
  );
  const includes = TEMPLATES.map((name) => `include ${dir}/${name};`);
  const main = join(dir, 'nginx.conf');
  await writeFile(
    main,
    `daemon off;\npid ${dir}/nginx.pid;\nevents {}\nhttp {\naccess_log off;\n${[...temporary, ...includes].join('\n')}\n}\n`,
  );
  return main;
}
