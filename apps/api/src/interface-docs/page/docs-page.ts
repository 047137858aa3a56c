import type { AsyncApiDocument } from '../asyncapi';
import type { JsonSchema } from '../json-schema';
import { html, type Html, prose } from './html';
import { liveAccess } from './live-access';
import { schemaTable } from './schema-table';

/** The addresses of what the page loads, and of the documents that it shows. */
export interface DocsPageLinks {
  readonly openApi: string;
  readonly asyncApi: string;
  readonly icon: string;
  readonly styleSheets: readonly string[];
  /** The scripts run in this order. */
  readonly scripts: readonly string[];
}

/** The element that Swagger UI fills. */
export const SWAGGER_UI_ID = 'http';

/**
 * Renders the page that shows both documents: Swagger UI reads the OpenAPI document in the browser. It does not support
 * AsyncAPI, so the way into the socket and its events are written into the page here.
 */
export function renderDocsPage(asyncApi: AsyncApiDocument, links: DocsPageLinks): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Drivewatch: interfaces</title>
        <link rel="icon" type="image/svg+xml" href="${links.icon}" />
        ${links.styleSheets.map((address) => html`<link rel="stylesheet" href="${address}" />`)}
        ${links.scripts.map((address) => html`<script defer src="${address}"></script>`)}
      </head>
      <body>
        <nav aria-label="On this page">
          <a href="#${SWAGGER_UI_ID}">Over HTTP</a>
          <a href="#live-socket">Live socket</a>
          <span>For programs:</span>
          <a href="${links.openApi}">OpenAPI 3.1</a>
          <a href="${links.asyncApi}">AsyncAPI 3</a>
        </nav>
        <main>
          <div id="${SWAGGER_UI_ID}">
            <noscript><p>The browser runs no scripts; the OpenAPI document above says the same.</p></noscript>
          </div>
          <section id="live-socket">
            <h2>Live socket</h2>
            <p>${prose(asyncApi.info.description)}</p>
            ${liveAccess(asyncApi)}
            ${Object.values(asyncApi.channels.live.messages).map(
              ({ name, description, payload }) =>
                html`<section id="event-${name}">
                  <h3><code>${name}</code></h3>
                  <p>${prose(description)}</p>
                  ${argumentTables(payload.items)}
                </section>`,
            )}
          </section>
        </main>
      </body>
    </html> `;
  return page.text;
}

function argumentTables(items: JsonSchema['items']): Html[] {
  if (!Array.isArray(items)) return [];
  return items.map((item, index) =>
    typeof item === 'object'
      ? html`<h4>Argument ${index + 1}</h4>
          ${schemaTable(item)}`
      : html``,
  );
}
