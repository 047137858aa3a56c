import type { FastifyInstance } from 'fastify';
import { asyncApiDocument } from './asyncapi';
import { toFileText } from './documents';
import { openApiDocument } from './openapi';
import { renderDocsPage } from './page/docs-page';
import { DOCS_STYLE_SHEET } from './page/style';

const STYLE_SHEET_PATH = '/api/docs/style.css';

/** Serves the interface documents to everybody: as a page below `/api/docs`, and as JSON for programs. */
export function serveInterfaceDocs(server: FastifyInstance): void {
  const page = renderDocsPage(openApiDocument, asyncApiDocument, STYLE_SHEET_PATH);
  const json = 'application/json; charset=utf-8';
  serve(server, '/api/docs', 'text/html; charset=utf-8', page);
  serve(server, STYLE_SHEET_PATH, 'text/css; charset=utf-8', DOCS_STYLE_SHEET);
  serve(server, '/api/openapi.json', json, toFileText(openApiDocument));
  serve(server, '/api/asyncapi.json', json, toFileText(asyncApiDocument));
}

function serve(server: FastifyInstance, url: string, type: string, text: string): void {
  const config = { access: 'public' } as const;
  server.get(url, { config }, (_request, reply) =>
    reply.type(type).header('Cache-Control', 'no-cache').send(text),
  );
}
