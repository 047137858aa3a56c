import type { AsyncApiDocument } from '../asyncapi';
import type { JsonSchema } from '../json-schema';
import type { SecurityScheme } from '../live-handshake';
import { html, type Html, NOTHING, prose, table } from './html';
import { schemaTable } from './schema-table';

/** Shows how a client gets into the live socket: where it is, what to show there, and what a refusal looks like. */
export function liveAccess({ servers, channels, components }: AsyncApiDocument): Html {
  const { address, messages } = channels.handshake;
  return html`<section id="live-access">
    <h3>How to get in</h3>
    ${table(
      ['server', 'about it'],
      Object.values(servers).map(({ protocol, host, description }) =>
        row(html`<code>${protocol}://${host}${address}</code>`, description),
      ),
    )}
    <p>One of these credentials, where sign-in is on:</p>
    ${table(
      ['credential', 'about it'],
      Object.values(components.securitySchemes).map((scheme) => row(placeOf(scheme), scheme.description)),
    )}
    ${Object.values(messages).map(
      ({ name, summary, description, payload }) =>
        html`<h4>${summary} (<code>${name}</code>)</h4>
          <p>${prose(description)}</p>
          ${payloadTable(payload, components.schemas)}`,
    )}
  </section>`;
}

const row = (name: Html, about: string): Html =>
  html`<tr>
    <td>${name}</td>
    <td>${prose(about)}</td>
  </tr>`;

/** Says where a credential goes into the request. */
function placeOf(scheme: SecurityScheme): Html {
  if (scheme.type === 'http') return html`header <code>Authorization: Bearer …</code>`;
  return html`${scheme.in} <code>${scheme.name}</code>`;
}

function payloadTable(payload: JsonSchema, schemas: Readonly<Record<string, JsonSchema>>): Html {
  const schema = payload.$ref === undefined ? payload : schemas[payload.$ref.split('/').at(-1) ?? ''];
  return schema === undefined ? NOTHING : schemaTable(schema);
}
