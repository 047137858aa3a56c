import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { ARCHIVE_QUEUE, RECORD_QUEUE } from '@drivewatch/contracts';
import { getQueueToken } from '@nestjs/bullmq';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Queue } from 'bullmq';
import type { FastifyInstance, onSendHookHandler } from 'fastify';
import { AuditLog } from '../audit/audit-log';
import { boardEventOf } from './board-events';

const PATH = '/admin/queues';

const DESCRIPTIONS = {
  [RECORD_QUEUE]:
    'Accepted records on their way to the database; a failed job holds records that cannot be stored',
  [ARCHIVE_QUEUE]: 'Copies of stored records to the private bucket',
};

/**
 * Serves the board of both queues (Bull Board) below /admin/queues: it shows what waits, what failed and why, and can
 * run jobs again. Its routes name no access, so only admins reach them. Changes made there are in the audit log.
 *
 * Call it before the dashboard's files are served: both bring a reply method `sendFile`, which a child of Fastify may
 * define before its parent does, but not after.
 */
export function serveJobBoard(app: NestFastifyApplication, server: FastifyInstance): void {
  const board = new FastifyAdapter();
  createBullBoard({
    queues: Object.entries(DESCRIPTIONS).map(
      ([name, description]) =>
        new BullMQAdapter(app.get<Queue>(getQueueToken(name), { strict: false }), { description }),
    ),
    serverAdapter: board,
    options: { uiConfig: { boardTitle: 'Drivewatch jobs' } },
  });
  board.setBasePath(PATH);
  const plugin = board.registerPlugin();
  const audit = app.get(AuditLog, { strict: false });
  // This is not awaited, for the reason given in serveDashboard.
  void server.register(
    (scope, options, done) => {
      scope.addHook('onSend', withoutForeignFonts);
      scope.addHook('onResponse', (request, reply, next) => {
        const event = reply.statusCode < 400 ? boardEventOf(request) : null;
        if (event !== null) audit.note(event);
        next();
      });
      // Errors are problem documents everywhere; the board would set an error handler of its own.
      plugin(
        Object.assign(Object.create(scope) as FastifyInstance, { setErrorHandler: () => scope }),
        options,
        done,
      );
    },
    { prefix: PATH },
  );
}

/** The board's page loads its fonts from Google; an operator's browser should contact nobody but Drivewatch. */
const FOREIGN_FONTS = /<link href="https:\/\/fonts\.googleapis\.com[^>]*>/;

const withoutForeignFonts: onSendHookHandler = (_request, reply, payload, done) => {
  const isPage = String(reply.getHeader('content-type')).startsWith('text/html');
  done(null, isPage && typeof payload === 'string' ? payload.replace(FOREIGN_FONTS, '') : payload);
};
