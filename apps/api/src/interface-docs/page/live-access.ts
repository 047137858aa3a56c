import type { AsyncApiDocument } from '../asyncapi';
import type { JsonSchema } from '../json-schema';
import type { SecurityScheme } from '../live-handshake';
import { html, type Html, NOTHING, prose } from './html';
import { schemaTable } from './schema-table';

/** Shows how a client gets into the live socket: where it is, what to show there, and what a refusal looks like. */
export function liveAccess({ servers, channels, components }: AsyncApiDocument): Html {
  const { address, messages } = channels.handshake;
  return html`<section id="live-access">
    <h3>How to get in</h3>
    ${list(
      Object.values(servers).map(({ protocol, host, description }) => [
        html`<code>${protocol}://${host}${address}</code>`,
        description,
      ]),
    )}
    <p>Where sign-in is on, one of these:</p>
    ${list(Object.values(components.securitySchemes).map((one) => [placeOf(one), one.description]))}
    ${Object.values(messages).map(
      ({ name, summary, description, payload }) =>
        html`<h4>${summary} (<code>${name}</code>)</h4>
          <p>${prose(description)}</p>
          ${payloadTable(payload, components.schemas)}`,
    )}
  </section>`;
}

/** A list stays readable on a phone, where a table with sentences would be cut off. */
const list = (entries: readonly (readonly [name: Html, about: string])[]): Html =>
  html`<dl>
    ${entries.map(
      ([name, about]) =>
        html`<dt>${name}</dt>
          <dd>${prose(about)}</dd>`,
    )}
  </dl>`;

/** Says where a credential goes into the request. */
function placeOf(scheme: SecurityScheme): Html {
  if (scheme.type === 'http') return html`header <code>Authorization: Bearer …</code>`;
  return html`${scheme.in} <code>${scheme.name}</code>`;
}

function payloadTable(payload: JsonSchema, schemas: Readonly<Record<string, JsonSchema>>): Html {
  const schema = payload.$ref === undefined ? payload : schemas[payload.$ref.split('/').at(-1) ?? ''];
  return schema === undefined ? NOTHING : schemaTable(schema);
}
