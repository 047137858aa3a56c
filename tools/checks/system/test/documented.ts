import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';

export type HttpMethod = 'get' | 'post' | 'delete';

/** The part of an operation in the OpenAPI document that answers are compared with. */
interface DocumentedOperation {
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, unknown>> }>
  >;
}

const readDocument = (name: string): unknown => JSON.parse(readFileSync(`docs/${name}`, 'utf8'));
const openApiDocument = readDocument('openapi.json') as {
  readonly paths: Readonly<Record<string, Partial<Record<HttpMethod, DocumentedOperation>>>>;
};
const asyncApiDocument = readDocument('asyncapi.json') as {
  readonly channels: { readonly live: { readonly messages: Readonly<Record<string, unknown>> } };
};
/** The names of all socket events. */
export const DOCUMENTED_EVENTS = Object.keys(asyncApiDocument.channels.live.messages);

const options = { strict: false, validateFormats: false, allErrors: true };
const openApi = new Ajv2020(options).addSchema(closed(openApiDocument) as object, 'openapi');
const asyncApi = new Ajv(options).addSchema(asyncApiDocument, 'asyncapi');
const pointer = (...steps: string[]): string =>
  steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/**
 * Returns the document with its objects closed and its lists of codes binding: clients have to expect what a newer server
 * adds, but this server may not answer with anything that its own document does not name.
 */
function closed(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(closed);
  if (typeof part !== 'object' || part === null) return part;
  const { 'x-extensible-enum': codes, ...rest } = part as Record<string, unknown>;
  // What may hold anything already today has a schema for it.
  const isFree = typeof rest.additionalProperties === 'object';
  const isOpenObject = rest.type === 'object' && 'properties' in rest && !isFree;
  return {
    ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, closed(value)])),
    ...(codes !== undefined && { enum: codes }),
    ...(isOpenObject && { additionalProperties: false }),
  };
}

/** An answer with its body read. */
export interface ReadAnswer {
  status: number;
  /** The media type without its parameters; empty without a body. */
  mediaType: string;
  text: string;
}

export async function readAnswer(response: Response): Promise<ReadAnswer> {
  const mediaType = response.headers.get('Content-Type')?.split(';')[0] ?? '';
  return { status: response.status, mediaType, text: await response.text() };
}

/** Returns how an answer differs from the OpenAPI document; empty when it does not. */
export function undocumented(path: string, method: HttpMethod, answer: ReadAnswer): string[] {
  const { status, mediaType, text } = answer;
  const documented = openApiDocument.paths[path]?.[method]?.responses[status];
  if (documented === undefined) return [`${method} ${path} never answers ${status}: ${text}`];
  if (documented.content === undefined) return text === '' ? [] : [`${status} has no body: ${text}`];
  if (documented.content[mediaType] === undefined) return [`${status} is no ${mediaType}: ${text}`];
  if (!mediaType.endsWith('json')) return [];
  const $ref = `openapi#${pointer('paths', path, method, 'responses', String(status), 'content', mediaType, 'schema')}`;
  const validate = openApi.compile({ $ref });
  validate(JSON.parse(text));
  return describe(validate.errors);
}

/** Returns how a socket event differs from the AsyncAPI document. */
export function undocumentedEvent(name: string, payload: readonly unknown[]): string[] {
  if (!DOCUMENTED_EVENTS.includes(name)) return [`there is no event ${name}`];
  const validate = asyncApi.compile({
    $ref: `asyncapi#${pointer('channels', 'live', 'messages', name, 'payload')}`,
  });
  validate(payload);
  return describe(validate.errors);
}

/** Returns how the body of a CONNECT_ERROR packet differs from the AsyncAPI document. */
export const undocumentedRefusal = (body: unknown): string[] =>
  differencesFromHandshake('connect_error', body);

/** Returns how the answer to a refused handshake differs from the AsyncAPI document. */
export const undocumentedHandshakeRefusal = (body: unknown): string[] =>
  differencesFromHandshake('refusedRequest', body);

function differencesFromHandshake(message: string, body: unknown): string[] {
  const validate = asyncApi.compile({
    $ref: `asyncapi#${pointer('channels', 'handshake', 'messages', message, 'payload')}`,
  });
  validate(body);
  return describe(validate.errors);
}

const describe = (errors: ErrorObject[] | null | undefined): string[] =>
  (errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
  );
