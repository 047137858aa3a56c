import { createReportedRecordSchema, toFieldErrors, WIRE_FLAG_NAMES } from '@drivewatch/contracts';
import * as z from 'zod';

/** JSON Schema 2020-12, which OpenAPI 3.1 uses unchanged. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Whole numbers without bounds of their own get those of JavaScript, which tell a reader nothing. */
const SAFE_INTEGERS = { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };

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
      if (part.minimum === SAFE_INTEGERS.minimum) delete part.minimum;
      if (part.maximum === SAFE_INTEGERS.maximum) delete part.maximum;
    },
  });
  // A document states this once, not in each of its schemas.
  delete jsonSchema.$schema;
  return jsonSchema;
}

/** Returns the JSON Schema of one record as `POST /addData` accepts it, derived from the schema that checks it. */
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
  return { ...toJsonSchema(schema), required, anyOf: [HAS_SPEED, ...WIRE_FLAG_NAMES.map(hasFlag)] };
}

/** A record in which nothing happened reports a speed. Speed as text may begin with a minus if it is -0. */
const HAS_SPEED: JsonSchema = {
  required: ['Speed'],
  properties: {
    Speed: {
      anyOf: [
        { type: 'number', minimum: 0 },
        { type: 'string', pattern: '^(?:[^-]|-[0.]+(?:[eE]|$))' },
      ],
    },
  },
};

const hasFlag = (name: string): JsonSchema => ({
  required: [name],
  properties: { [name]: { enum: [1, '1', true] } },
});
