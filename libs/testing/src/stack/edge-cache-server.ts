import { freePort } from '@drivewatch/local-services';
import { type NginxServer, startNginx } from './nginx-server';

/** A running nginx with the project's own configuration of an edge cache; its URL is the value for CDN_URL. */
export type EdgeCache = NginxServer;

/**
 * Starts nginx on loopback with docker/nginx/edge-cache.conf.
 *
 * @param origin the origin's URL, with a slash at its end
 * @param port given when it has to be known beforehand; otherwise a free one is taken
 */
export async function startEdgeCache(origin: string, port?: number): Promise<EdgeCache> {
  const listen = `127.0.0.1:${port ?? (await freePort())}`;
  return await startNginx('edge-cache.conf', listen, (cacheDir) => ({
    EDGE_LISTEN: listen,
    EDGE_CACHE_DIR: cacheDir,
    CDN_ORIGIN: origin,
  }));
}
