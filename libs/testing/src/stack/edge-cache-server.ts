import { freePort } from '@drivewatch/local-services';
import { type NginxServer, startNginx } from './nginx-server';

/** A running nginx with the project's own configuration of an edge cache; its URL is what CDN_URL is to be. */
export type EdgeCache = NginxServer;

/**
 * Starts nginx on loopback with docker/nginx/edge-cache.conf.
 *
 * @param origin with a slash at its end
 * @param port when it has to be known before; otherwise a free one
 */
export async function startEdgeCache(origin: string, port?: number): Promise<EdgeCache> {
  const listen = `127.0.0.1:${port ?? (await freePort())}`;
  return await startNginx('edge-cache.conf', listen, (cacheDir) => ({
    EDGE_LISTEN: listen,
    EDGE_CACHE_DIR: cacheDir,
    CDN_ORIGIN: origin,
  }));
}
