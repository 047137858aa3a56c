import type { JsonSchema } from '../json-schema';
import { html, type Html, NOTHING, prose, table } from './html';

type Schema = JsonSchema | boolean;

const nameOfRef = (ref: string): string => ref.split('/').at(-1) ?? ref;

/** Describes a schema in a few words, such as `number 0 to 500, or text`. */
export function typeText(schema: Schema | undefined): string {
  if (typeof schema !== 'object') return 'anything';
  if (schema.$ref !== undefined) return nameOfRef(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(', ');
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices !== undefined && schema.type === undefined) return choices.map(typeText).join(', or ');
  if (schema.type === 'array') return arrayText(schema);
  if (schema.type === 'object') return objectText(schema);
  const kind = Array.isArray(schema.type) ? schema.type.join(' or ') : schema.type;
  return `${schema.format ?? kind ?? 'anything'}${rangeText(schema)}`;
}

function arrayText({ items }: JsonSchema): string {
  return Array.isArray(items) ? items.map(typeText).join(', then ') : `array of ${typeText(items)}`;
}

function objectText({ properties, additionalProperties }: JsonSchema): string {
  if (properties !== undefined) return `{ ${Object.keys(properties).join(', ')} }`;
  return typeof additionalProperties === 'object' ? `{ [key]: ${typeText(additionalProperties)} }` : 'object';
}

function rangeText({ minimum, maximum, maxLength }: JsonSchema): string {
  if (maxLength !== undefined) return ` of at most ${maxLength} characters`;
  if (minimum !== undefined && maximum !== undefined) return ` ${minimum} to ${maximum}`;
  if (maximum !== undefined) return ` of at most ${maximum}`;
  return minimum === undefined ? '' : ` from ${minimum}`;
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
