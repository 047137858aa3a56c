import type {
  HttpMethod,
  MediaType,
  OpenApiDocument,
  Operation,
  Parameter,
  ResponseObject,
} from '../openapi-types';
import { html, type Html, NOTHING, prose, table } from './html';
import { schemaTable, typeText } from './schema-table';

/** Returns everything about one operation. */
export function operationSection(
  document: OpenApiDocument,
  path: string,
  method: HttpMethod,
  operation: Operation,
): Html {
  const { operationId, summary, description, requestBody, responses } = operation;
  return html`<section id="${operationId}">
    <h3><code>${method.toUpperCase()} ${path}</code> ${summary}</h3>
    <p>${prose(description)}</p>
    ${securityText(document, operation)} ${parameterTable(operation, 'query', 'Query')}
    ${parameterTable(operation, 'header', 'Headers')}
    ${
      requestBody === undefined
        ? NOTHING
        : html`<h4>Request body</h4>
            <p>${prose(requestBody.description)}</p>
            ${mediaTypes(requestBody.content)}`
    }
    <h4>Answers</h4>
    ${table(
      ['status', 'body', 'meaning'],
      Object.entries(responses).map(([status, response]) => responseRow(status, response)),
    )}
  </section>`;
}

function securityText({ components }: OpenApiDocument, { security }: Operation): Html {
  if (security.length === 0) return html`<p>Open to everybody.</p>`;
  const ways = security.flatMap((way) => Object.keys(way));
  const isOptional = security.some((way) => Object.keys(way).length === 0);
  return html`<p>${isOptional ? 'Where Drivewatch asks for it, one of:' : 'One of:'}</p>
    <ul>
      ${ways.map((way) => {
        const scheme = components.securitySchemes[way];
        if (scheme === undefined) return NOTHING;
        const how = scheme.type === 'http' ? 'Authorization: Bearer KEY' : `${scheme.in} ${scheme.name}`;
        return html`<li><code>${how}</code>: ${scheme.description}</li>`;
      })}
    </ul>`;
}

function parameterTable({ parameters = [] }: Operation, where: Parameter['in'], heading: string): Html {
  const found = parameters.filter((parameter) => parameter.in === where);
  if (found.length === 0) return NOTHING;
  const rows = found.map(
    ({ name, schema, description }) =>
      html`<tr>
        <td><code>${name}</code></td>
        <td>${typeText(schema)}</td>
        <td>${prose(description)}</td>
      </tr>`,
  );
  return html`<h4>${heading}</h4>
    ${table(['name', 'value', 'meaning'], rows)}`;
}

const mediaTypes = (content: Record<string, MediaType>): Html[] =>
  Object.entries(content).map(([name, { schema, examples = {} }]) => {
    const inline = '$ref' in schema ? undefined : schema;
    return html`<h5><code>${name}</code></h5>
      <p>${typeText(schema)}${inline?.description === undefined ? '' : `: ${inline.description}`}</p>
      ${inline === undefined ? NOTHING : schemaTable(inline)}
      ${Object.values(examples).map(
        ({ summary, value }) =>
          html`<figure>
            <figcaption>${summary}</figcaption>
            <pre><code>${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</code></pre>
          </figure>`,
      )}`;
  });

function responseRow(status: string, { description, content = {} }: ResponseObject): Html {
  const bodies = Object.entries(content).map(([name, { schema }]) => {
    const isProblem = !('$ref' in schema) && schema.allOf !== undefined;
    return html`<code>${name}</code> ${isProblem ? 'Problem' : typeText(schema)}`;
  });
  return html`<tr>
    <td>${status}</td>
    <td>${bodies}</td>
    <td>${prose(description)}</td>
  </tr>`;
}
