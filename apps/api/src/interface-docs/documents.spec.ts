import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import asyncApiMetaSchema from '@asyncapi/specs/schemas/3.0.0-without-$id.json';
import { type Problem, PROBLEMS } from '@drivewatch/contracts';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import { asyncApiDocument } from './asyncapi';
import { DOCUMENT_FILES, toFileText } from './documents';
import { openApiDocument } from './openapi';

const docsFile = (name: string) => readFileSync(join(__dirname, '../../../../docs', name), 'utf8');

describe('the interface documents', () => {
  it('are valid: OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(openApiDocument) as never)).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    expect(() => validator.resolveRefs()).not.toThrow();
  });

  it('are valid: AsyncAPI 3', () => {
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(asyncApiMetaSchema);
    validate(asyncApiDocument);
    expect(validate.errors).toBeNull();
  });

  it('say how to get into the live socket, and what a refusal looks like', () => {
    const { servers, channels, operations, components } = asyncApiDocument;
    for (const { security } of Object.values(servers))
      expect(security).toEqual(
        ['session', 'liveKey', 'liveKeyHeader'].map((name) => ({
          $ref: `#/components/securitySchemes/${name}`,
        })),
      );
    // Cookie and headers are those of the other document.
    const { session, liveKey, liveKeyHeader } = components.securitySchemes;
    const overHttp = openApiDocument.components.securitySchemes;
    expect(overHttp.session).toMatchObject({ in: session.in, name: session.name });
    expect(overHttp.deviceKey).toMatchObject({ type: liveKey.type, scheme: liveKey.scheme });
    expect(overHttp.deviceKeyHeader).toMatchObject({ in: liveKeyHeader.in, name: liveKeyHeader.name });
    expect(operations['receive-handshake']).toMatchObject({
      action: 'receive',
      messages: [{ $ref: '#/channels/handshake/messages/handshake' }],
    });
    expect(channels.handshake.messages.handshake.payload).toEqual({
      $ref: '#/components/schemas/LiveHandshake',
    });
    const { status, title } = PROBLEMS.UNAUTHORIZED;
    const problem: Problem = {
      type: 'about:blank',
      status,
      title,
      code: 'UNAUTHORIZED',
      detail: 'Nobody is signed in',
    };
    const ajv = new Ajv({ strict: false, validateFormats: false }).addSchema(asyncApiDocument, 'asyncapi');
    const accepts = (name: string, payload: unknown) =>
      ajv.validate({ $ref: `asyncapi#/channels/handshake/messages/${name}/payload` }, payload);
    expect(accepts('handshake', { cursor: '7', lastAlertId: 3 })).toBe(true);
    expect(accepts('handshake', { lastAlertId: 3.5 })).toBe(false);
    expect(accepts('refusedRequest', problem)).toBe(true);
    expect(accepts('refusedRequest', { ...problem, code: 'INVALID_RECORD' })).toBe(false);
    expect(accepts('refusedRequest', { ...problem, rejected: [] })).toBe(false);
    expect(accepts('connect_error', { message: problem.code, data: problem })).toBe(true);
    expect(accepts('connect_error', { message: problem.code })).toBe(false);
  });

  it('refer to nothing that they do not have: AsyncAPI', () => {
    const references = [...JSON.stringify(asyncApiDocument).matchAll(/"\$ref":"#([^"]+)"/g)].map(
      ([, path = '']) => path.slice(1).split('/'),
    );
    expect(references.length).toBeGreaterThan(0);
    for (const path of references) {
      const target = path.reduce<unknown>(
        (part, step) => (part as Record<string, unknown>)[step],
        asyncApiDocument,
      );
      expect([path, target]).toEqual([path, expect.any(Object)]);
    }
  });

  it.each(Object.entries(DOCUMENT_FILES))('are in docs/%s as they are now', (name, document) => {
    // If this fails, run: npx nx run api:interface-docs
    expect(docsFile(name)).toBe(toFileText(document));
  });

  it('say how long a name and a password may be', () => {
    const body = openApiDocument.paths['/api/session']?.post?.requestBody?.content['application/json'];
    expect(body?.schema).toMatchObject({
      properties: { name: { minLength: 1, maxLength: 64 }, password: { minLength: 1, maxLength: 1024 } },
    });
  });

  it('name every way to send records, and every header', () => {
    const operation = openApiDocument.paths['/addData']?.post;
    expect(Object.keys(operation?.requestBody?.content ?? {})).toEqual([
      'application/json',
      'application/x-ndjson',
      'text/csv',
    ]);
    expect(operation?.parameters?.map(({ name }) => name)).toEqual([
      'Idempotency-Key',
      'X-Replay',
      'Content-Encoding',
    ]);
  });
});
