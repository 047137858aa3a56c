import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const TYPES: Record<string, string | undefined> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** Serves the built dashboard, and a bucket at `/cdn/`, from loopback: what the page needs without an API behind it. */
export async function servePage(
  dashboardDir: string,
  bucketDir: string,
): Promise<{ url: string; stop: () => void }> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const isBucket = path.startsWith('/cdn/');
    const isPage = extname(path) === '' && !path.startsWith('/socket.io');
    const file = isBucket
      ? join(bucketDir, path.slice('/cdn/'.length))
      : join(dashboardDir, isPage ? 'index.html' : path);
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/json');
    if (file.endsWith('.gz')) response.setHeader('Content-Encoding', 'gzip');
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
