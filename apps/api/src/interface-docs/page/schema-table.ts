import type { JsonSchema } from '../json-schema';
import { html, type Html, NOTHING, prose, table } from './html';

type Schema = JsonSchema | boolean;

/** Describes a schema in a few words, such as `array of string`. */
export function typeText(schema: Schema | undefined): string {
  if (typeof schema !== 'object') return 'anything';
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? '';
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(', ');
  if (schema.type === 'array')
    return `array of ${typeText(Array.isArray(schema.items) ? undefined : schema.items)}`;
  if (schema.type === 'object') return objectText(schema);
  return Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'anything');
}

function objectText({ properties, additionalProperties }: JsonSchema): string {
  if (properties !== undefined) return `{ ${Object.keys(properties).join(', ')} }`;
  return typeof additionalProperties === 'object' ? `{ [key]: ${typeText(additionalProperties)} }` : 'object';
}

/** Lists the members of an object, those of nested objects by their paths; empty if there are none. */
export function schemaTable(schema: JsonSchema): Html {
  const rows = rowsOf(schema, '');
  return rows.length === 0 ? NOTHING : table(['member', 'type', 'meaning'], rows);
}

function rowsOf(schema: JsonSchema, path: string): Html[] {
  if (typeof schema.additionalProperties === 'object') {
    return rowsOf(schema.additionalProperties, `${path}[key].`);
  }
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    if (typeof member !== 'object') return [];
    const isRequired = schema.required?.includes(name) ?? false;
    const row = html`<tr>
      <td><code>${path + name}</code>${isRequired ? html` <strong>required</strong>` : NOTHING}</td>
      <td>${typeText(member)}</td>
      <td>${prose(member.description ?? '')}</td>
    </tr>`;
    const inner = member.type === 'array' && !Array.isArray(member.items) ? member.items : member;
    const suffix = inner === member ? '.' : '[].';
    return [row, ...(typeof inner === 'object' ? rowsOf(inner, `${path}${name}${suffix}`) : [])];
  });
}
