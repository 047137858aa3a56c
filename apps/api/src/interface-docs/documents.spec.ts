import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import asyncApiMetaSchema from '@asyncapi/specs/schemas/3.0.0-without-$id.json';
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

  it.each(Object.entries(DOCUMENT_FILES))('are in docs/%s as they are now', (name, document) => {
    // If this fails, run: npx nx run api:interface-docs
    expect(docsFile(name)).toBe(toFileText(document));
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
