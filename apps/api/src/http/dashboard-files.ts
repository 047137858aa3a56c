import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import { NotFoundException } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const YEAR_MS = 365 * 24 * 3600 * 1000;
/** The build puts a hash of the content into these names, so they never change. */
const HASHED_NAME = /-[\w-]{8}\.(?:js|css)$/;

/**
 * Serves the built dashboard: its files, and its page for every other path a browser navigates to, so that a link into
 * the dashboard can be opened. Paths of the API keep their own answers.
 *
 * @throws Error when the folder holds no built dashboard
 */
export function serveDashboard(server: FastifyInstance, folder: string): void {
  const root = resolve(folder);
  if (!existsSync(resolve(root, 'index.html'))) {
    throw new Error(
      `There is no built dashboard in ${root}; build it (npx nx build dashboard) or set DASHBOARD_DIR`,
    );
  }
  // Not awaited: that would start Fastify, and routes made so far would miss the error handler that NestJS sets.
  void server.register(fastifyStatic, {
    root,
    wildcard: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const hashed = HASHED_NAME.test(path);
      void reply.header(
        'Cache-Control',
        hashed ? `public, max-age=${YEAR_MS / 1000}, immutable` : 'no-cache',
      );
    },
  });
  server.get('/*', (request: FastifyRequest, reply: FastifyReply) => {
    const [path = ''] = request.url.split('?');
    if (isPagePath(path)) return reply.header('Cache-Control', 'no-cache').sendFile('index.html');
    throw new NotFoundException(`There is nothing at ${path.slice(0, 200)}`);
  });
}

/** Pages have no file ending; a missing script must not be answered with HTML. */
const isPagePath = (path: string): boolean =>
  extname(path) === '' && !/^\/(?:api|addData|socket\.io)(?:\/|$)/i.test(path);
