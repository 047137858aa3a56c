import { existsSync, readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { nothingAt } from '../http/problem-error';
import { isUnchanged } from './bucket/conditional-request';
import { pageForCdn } from './dashboard-page';

const YEAR_MS = 365 * 24 * 3600 * 1000;
/** The build puts a hash of the content into these names, so the files never change. */
const HASHED_NAME = /-[\w-]{8}\.(?:js|css)$/;

/**
 * Serves the built dashboard: its files, and its page for every other path that a browser navigates to, so that links
 * into the dashboard can be opened. Paths of the API keep their own answers.
 *
 * @param options what the page is told: `cdnUrl`, where the public bucket is, ending in a slash, and whether people
 * sign in
 * @throws Error when the folder holds no built dashboard
 */
export function serveDashboard(
  server: FastifyInstance,
  folder: string,
  { cdnUrl, asksForSignIn }: { cdnUrl: string; asksForSignIn: boolean },
): void {
  const root = resolve(folder);
  const pageFile = resolve(root, 'index.html');
  if (!existsSync(pageFile)) {
    throw new Error(
      `There is no built dashboard in ${root}; build it (npx nx build dashboard) or set DASHBOARD_DIR`,
    );
  }
  // This is not awaited: that would start Fastify, and the routes added so far would miss the error handler that NestJS
  // sets.
  void server.register(async (scope) => {
    // Whoever wants to sign in needs the page first; the data that it shows then is guarded.
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public' };
    });
    await scope.register(fastifyStatic, {
      root,
      wildcard: false,
      index: false,
      globIgnore: ['index.html'],
      cacheControl: false,
      setHeaders: (reply, path) => {
        const hashed = HASHED_NAME.test(path);
        void reply.header(
          'Cache-Control',
          hashed ? `public, max-age=${YEAR_MS / 1000}, immutable` : 'no-cache',
        );
      },
    });
  });
  const page = pageForCdn(readFileSync(pageFile, 'utf8'), cdnUrl, asksForSignIn);
  const validators = { etag: page.etag, lastModifiedMs: Date.now() };
  server.get('/*', { config: { access: 'public' } }, (request: FastifyRequest, reply: FastifyReply) => {
    const [path = ''] = request.url.split('?');
    if (!isPagePath(path)) throw nothingAt(path);
    void reply.headers({ 'Cache-Control': 'no-cache', ETag: page.etag });
    if (isUnchanged(request.headers, validators)) return reply.status(304).send();
    return reply.type('text/html; charset=utf-8').send(page.html);
  });
}

/** Pages have no file extension; a missing script must not be answered with HTML. */
const isPagePath = (path: string): boolean =>
  path === '/index.html' ||
  (extname(path) === '' && !/^\/(?:admin|api|addData|cdn|health|metrics|socket\.io)(?:\/|$)/i.test(path));
