import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import swaggerUiFolder from 'swagger-ui-dist/absolute-path.js';
import { asyncApiDocument } from './asyncapi';
import { toFileText } from './documents';
import { openApiDocument } from './openapi';
import { renderDocsPage } from './page/docs-page';
import { startScript } from './page/start-script';
import { DOCS_STYLE_SHEET } from './page/style';

const OPENAPI_PATH = '/api/openapi.json';
const ASYNCAPI_PATH = '/api/asyncapi.json';
/** The dashboard's icon, which this server has as well. */
const DASHBOARD_ICON_PATH = '/favicon.svg';
const PAGE_PATH = '/api/docs';
const STYLE_SHEET_PATH = `${PAGE_PATH}/style.css`;
const START_SCRIPT_PATH = `${PAGE_PATH}/start.js`;

/** The files of Swagger UI that the page loads; its package contains others. */
const SWAGGER_UI_FILES = { styleSheet: 'swagger-ui.css', script: 'swagger-ui-bundle.js' } as const;

/** Anybody may read the documents, since anybody may send records. */
const ACCESS = { config: { access: 'public' } } as const;
/** Browsers ask each time, and get 304 if they have the newest version. */
const CACHE_CONTROL = 'no-cache';

/** Serves the interface documents to everybody: as a page below `/api/docs`, and as JSON for programs. */
export function serveInterfaceDocs(server: FastifyInstance): void {
  const page = renderDocsPage(asyncApiDocument, {
    openApi: OPENAPI_PATH,
    asyncApi: ASYNCAPI_PATH,
    icon: DASHBOARD_ICON_PATH,
    styleSheets: [`${PAGE_PATH}/${SWAGGER_UI_FILES.styleSheet}`, STYLE_SHEET_PATH],
    scripts: [`${PAGE_PATH}/${SWAGGER_UI_FILES.script}`, START_SCRIPT_PATH],
  });
  const json = 'application/json; charset=utf-8';
  serve(server, PAGE_PATH, 'text/html; charset=utf-8', page);
  serve(server, STYLE_SHEET_PATH, 'text/css; charset=utf-8', DOCS_STYLE_SHEET);
  serve(server, START_SCRIPT_PATH, 'text/javascript; charset=utf-8', startScript(OPENAPI_PATH));
  serve(server, OPENAPI_PATH, json, toFileText(openApiDocument));
  serve(server, ASYNCAPI_PATH, json, toFileText(asyncApiDocument));
  serveSwaggerUi(server);
}

function serve(server: FastifyInstance, url: string, type: string, text: string): void {
  server.get(url, ACCESS, (_request, reply) =>
    reply.type(type).header('Cache-Control', CACHE_CONTROL).send(text),
  );
}

function serveSwaggerUi(server: FastifyInstance): void {
  // This is not awaited, for the reason given in serveDashboard.
  void server.register(async (scope) => {
    await scope.register(fastifyStatic, { root: swaggerUiFolder(), serve: false, cacheControl: false });
    for (const file of Object.values(SWAGGER_UI_FILES)) {
      scope.get(`${PAGE_PATH}/${file}`, ACCESS, (_request, reply) =>
        reply.header('Cache-Control', CACHE_CONTROL).sendFile(file),
      );
    }
  });
}
