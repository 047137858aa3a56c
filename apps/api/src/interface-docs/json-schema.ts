import { createReportedRecordSchema, toFieldErrors, WIRE_FLAG_NAMES } from '@drivewatch/contracts';
import * as z from 'zod';

/** JSON Schema 2020-12, which OpenAPI 3.1 takes as it is. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Whole numbers without bounds of their own bear those of JavaScript, which say nothing to a reader. */
const SAFE_INTEGERS = { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };

/**
 * The JSON Schema of what a schema of libs/contracts takes or describes.
 *
 * @param target the dialect: OpenAPI 3.1 speaks the newest one, AsyncAPI 3 draft 7
 */
export function toJsonSchema(
  schema: z.ZodType,
  target: 'draft-2020-12' | 'draft-07' = 'draft-2020-12',
): JsonSchema {
  const jsonSchema: JsonSchema = z.toJSONSchema(schema, {
    ...{ io: 'input', target },
    override: ({ jsonSchema: part }) => {
      if (part.minimum === SAFE_INTEGERS.minimum) delete part.minimum;
      if (part.maximum === SAFE_INTEGERS.maximum) delete part.maximum;
    },
  });
  // Said once for a whole document, not in each of its schemas.
  delete jsonSchema.$schema;
  return jsonSchema;
}

/** The JSON Schema of one record as `POST /addData` takes it, from the schema that checks it. */
export function wireRecordJsonSchema(): JsonSchema {
  const schema = createReportedRecordSchema(
    () => null,
    () => 0,
  );
  // Every field of that schema reads what is absent by itself; those that refuse it are required, whatever happened.
  const [someFlag] = WIRE_FLAG_NAMES;
  const { error } = schema.safeParse({ [someFlag]: 1 });
  const required = error === undefined ? [] : toFieldErrors(error).map(({ field }) => field);
  return { ...toJsonSchema(schema), required, anyOf: [HAS_SPEED, ...WIRE_FLAG_NAMES.map(hasFlag)] };
}

/** A record in which nothing happened is one of a speed. As text it may begin with a minus where it is -0. */
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
