import type { AsyncApiDocument } from '../asyncapi';
import type { HttpMethod, OpenApiDocument, Operation } from '../openapi-types';
import { html, type Html, prose } from './html';
import { operationSection } from './operation-section';
import { schemaTable } from './schema-table';

interface Listed {
  path: string;
  method: HttpMethod;
  operation: Operation;
}

function operationsOf(document: OpenApiDocument): Listed[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method as HttpMethod, operation })),
  );
}

/**
 * Renders both documents as one readable page, without scripts or anything from other servers.
 *
 * @param styleSheet address of `DOCS_STYLE_SHEET`
 */
export function renderDocsPage(
  openApi: OpenApiDocument,
  asyncApi: AsyncApiDocument,
  styleSheet: string,
): string {
  const operations = operationsOf(openApi);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Drivewatch: interfaces</title>
        <link rel="stylesheet" href="${styleSheet}" />
      </head>
      <body>
        <header>
          <h1>Drivewatch: interfaces</h1>
          <p>${prose(openApi.info.description)}</p>
          <p>
            For programs: <a href="/api/openapi.json">OpenAPI 3.1</a>,
            <a href="/api/asyncapi.json">AsyncAPI 3</a>.
          </p>
          <nav aria-label="On this page">
            <ul>
              ${operations.map(
                ({ path, method, operation }) =>
                  html`<li>
                    <a href="#${operation.operationId}"><code>${method.toUpperCase()} ${path}</code></a>
                  </li>`,
              )}
              <li><a href="#live-socket">Live socket</a></li>
              <li><a href="#bodies">Bodies</a></li>
            </ul>
          </nav>
        </header>
        <main>
          ${openApi.tags.map(
            ({ name, description }) =>
              html`<h2>${name}</h2>
                <p>${description}</p>
                ${operations
                  .filter(({ operation }) => operation.tags.includes(name))
                  .map(({ path, method, operation }) => operationSection(openApi, path, method, operation))}`,
          )}
          <h2 id="live-socket">Live socket</h2>
          <p>${prose(asyncApi.info.description)}</p>
          ${Object.values(asyncApi.channels.live.messages).map(
            ({ name, description, payload }) =>
              html`<section id="event-${name}">
                <h3><code>${name}</code></h3>
                <p>${prose(description)}</p>
                ${argumentTables(payload.items)}
              </section>`,
          )}
          <h2 id="bodies">Bodies</h2>
          ${Object.entries(openApi.components.schemas).map(
            ([name, schema]) =>
              html`<section id="schema-${name}">
                <h3>${name}</h3>
                <p>${prose(schema.description ?? '')}</p>
                ${schemaTable(schema)}
              </section>`,
          )}
        </main>
      </body>
    </html> `;
  return page.text;
}

function argumentTables(items: OpenApiSchemaItems): Html[] {
  if (!Array.isArray(items)) return [];
  return items.map((item, index) =>
    typeof item === 'object'
      ? html`<h4>Argument ${index + 1}</h4>
          ${schemaTable(item)}`
      : html``,
  );
}

type OpenApiSchemaItems = OpenApiDocument['components']['schemas'][string]['items'];
