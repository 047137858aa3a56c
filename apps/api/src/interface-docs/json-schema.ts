import { createReportedRecordSchema, toFieldErrors, WIRE_FLAG_NAMES } from '@drivewatch/contracts';
import * as z from 'zod';

/** JSON Schema 2020-12, which OpenAPI 3.1 uses unchanged. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Whole numbers without bounds of their own get those of JavaScript, which tell a reader nothing. */
const SAFE_INTEGERS = { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };

function withoutSafeIntegers(part: JsonSchema): void {
  if (part.minimum === SAFE_INTEGERS.minimum) delete part.minimum;
  if (part.maximum === SAFE_INTEGERS.maximum) delete part.maximum;
}

/**
 * Returns the JSON Schema of what a schema of libs/contracts accepts or describes.
 *
 * @param target the dialect: OpenAPI 3.1 uses the newest one, AsyncAPI 3 uses draft 7
 */
export function toJsonSchema(
  schema: z.ZodType,
  target: 'draft-2020-12' | 'draft-07' = 'draft-2020-12',
): JsonSchema {
  const jsonSchema: JsonSchema = z.toJSONSchema(schema, {
    io: 'input',
    target,
    override: ({ jsonSchema: part }) => {
      withoutSafeIntegers(part);
    },
  });
  // A document states this once, not in each of its schemas.
  delete jsonSchema.$schema;
  return jsonSchema;
}

/** Codes are the texts in capitals. */
const isCode = (value: unknown): boolean => typeof value === 'string' && /^[A-Z_]+$/.test(value);

function openForLaterMembers(part: JsonSchema): void {
  const others = part.additionalProperties;
  if (part.properties !== undefined && typeof others !== 'object') part.additionalProperties = true;
  // Some generators make a name of the alternatives, and of a list among them one that no compiler takes.
  else if (typeof others === 'object' && others.anyOf !== undefined) part.additionalProperties = true;
}

/** The folder of named schemas in the OpenAPI document. */
const SCHEMAS_POINTER = '#/components/schemas/';

export const schemaRef = (name: string): { $ref: string } => ({ $ref: `${SCHEMAS_POINTER}${name}` });

/**
 * Returns the JSON Schemas of answers by their names, as clients should understand them; those that hold others refer
 * to them. Answers may get further members, and codes are texts, so that a client which was generated from an older
 * document can read the answers of a newer server. The codes that there are stand in `x-extensible-enum`. That further
 * members may come is said in so many words, because clients in Go and Java otherwise fail on the first of them, and
 * send again what was accepted.
 */
export function answerJsonSchemas(answers: Readonly<Record<string, z.ZodType>>): Record<string, JsonSchema> {
  const named = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(answers)) named.add(schema, { id });
  const { schemas } = z.toJSONSchema(named, {
    io: 'input',
    uri: (id) => `${SCHEMAS_POINTER}${id}`,
    override: ({ jsonSchema: part }) => {
      withoutSafeIntegers(part);
      openForLaterMembers(part);
      // The format says it all; beside it, the pattern makes a class of its own of every id.
      if (part.format !== undefined) delete part.pattern;
      if (part.enum?.every(isCode) === true) {
        part['x-extensible-enum'] = part.enum;
        delete part.enum;
      }
      if (part.const !== undefined) {
        part.description = `Always ${JSON.stringify(part.const)}`;
        delete part.const;
      }
    },
  });
  // The document states the dialect once, and its address is that of the document.
  for (const schema of Object.values(schemas)) {
    delete schema.$schema;
    delete schema.$id;
  }
  return schemas;
}

/**
 * Returns the JSON Schema of one record as `POST /addData` accepts it, derived from the schema that checks it. It is
 * plainer than that: what it takes too widely, the server still refuses.
 */
export function wireRecordJsonSchema(): JsonSchema {
  const schema = createReportedRecordSchema(
    () => null,
    () => 0,
  );
  // Every field of that schema handles its own absence; the fields that refuse to be absent are required, whatever
  // happened.
  const [someFlag] = WIRE_FLAG_NAMES;
  const { error } = schema.safeParse({ [someFlag]: 1 });
  const required = error === undefined ? [] : toFieldErrors(error).map(({ field }) => field);
  const jsonSchema = toJsonSchema(schema);
  for (const part of Object.values(jsonSchema.properties ?? {}))
    // Without it, clients in Go keep seven digits, which moves a position by metres.
    if (typeof part === 'object' && part.type === 'number') part.format = 'double';
  return { ...jsonSchema, required };
}
