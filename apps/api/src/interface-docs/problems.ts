import { PROBLEM_MEDIA_TYPE, type ProblemCode } from '@drivewatch/contracts';
import type { ResponseObject } from './openapi-types';

/** What is documented and answers with problems. */
export type Endpoint = 'addData' | 'session' | 'readiness' | 'operations' | 'audit';

interface DocumentedProblem {
  status: number;
  /** Endpoints that answer so. */
  from: readonly Endpoint[];
}

/** What every code comes with; docs/errors.md explains them, and a test compares the two. */
export const PROBLEMS: Readonly<Record<ProblemCode, DocumentedProblem>> = {
  INVALID_RECORD: { status: 400, from: ['addData'] },
  MALFORMED_JSON: { status: 400, from: ['addData', 'session'] },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, from: ['addData', 'session'] },
  BODY_TOO_LARGE: { status: 413, from: ['addData', 'session'] },
  METHOD_NOT_ALLOWED: { status: 405, from: ['addData', 'session'] },
  NOT_FOUND: { status: 404, from: [] },
  BAD_REQUEST: { status: 400, from: ['addData', 'session', 'audit'] },
  RANGE_NOT_SATISFIABLE: { status: 416, from: [] },
  QUEUE_UNAVAILABLE: { status: 503, from: ['addData'] },
  BUCKET_UNAVAILABLE: { status: 503, from: [] },
  INTERNAL_ERROR: { status: 500, from: ['addData', 'session'] },
  INVALID_IDEMPOTENCY_KEY: { status: 400, from: ['addData'] },
  MALFORMED_GZIP: { status: 400, from: ['addData'] },
  NESTED_TOO_DEEP: { status: 400, from: ['addData'] },
  DRIVER_NOT_ALLOWED: { status: 403, from: ['addData'] },
  REPLAY_NOT_ALLOWED: { status: 403, from: ['addData'] },
  REQUEST_TIMEOUT: { status: 408, from: ['addData'] },
  TOO_MANY_RECORDS: { status: 422, from: ['addData'] },
  TOO_MANY_REJECTED: { status: 422, from: ['addData'] },
  OVERLOADED: { status: 503, from: ['addData'] },
  QUEUE_FULL: { status: 503, from: ['addData'] },
  SCHEMA_TOO_NEW: { status: 503, from: ['addData'] },
  NOT_READY: { status: 503, from: ['readiness'] },
  UNAUTHORIZED: { status: 401, from: ['addData', 'operations', 'audit'] },
  FORBIDDEN: { status: 403, from: ['addData', 'session', 'operations', 'audit'] },
  TOO_MANY_NEW_DRIVERS: { status: 429, from: ['addData'] },
  RATE_LIMITED: { status: 429, from: ['addData', 'session', 'operations', 'audit'] },
  SIGN_IN_FAILED: { status: 401, from: ['session'] },
  SECURE_CONNECTION_REQUIRED: { status: 400, from: ['session'] },
  ACCESS_UNAVAILABLE: { status: 503, from: ['addData', 'session', 'operations', 'audit'] },
  SHUTTING_DOWN: { status: 503, from: ['addData'] },
  HOST_NOT_ALLOWED: { status: 421, from: ['addData', 'session', 'readiness', 'operations', 'audit'] },
  IDEMPOTENCY_KEY_REUSED: { status: 422, from: ['addData'] },
  RECORD_ID_REUSED: { status: 422, from: ['addData'] },
};

const DESCRIPTIONS: Record<number, string> = {
  400: 'The request is wrong; nothing was accepted. Correct it, sending it again does not help.',
  401: 'There is no key or session, or it is not valid (any more).',
  403: 'The key or session is valid, but not for this; nothing was accepted.',
  405: 'The address knows other methods; `Allow` names them.',
  408: 'The request came too slowly.',
  413: 'More bytes than allowed. A batch that was broken off midway says how far it got (`accepted`, `nextIndex`).',
  415: 'The body is of a kind, or packed in a way, that is not taken.',
  421: 'The request names a host that this server does not answer for.',
  422: 'More records than allowed, or records whose `recordId` or `Idempotency-Key` was used before with another content. A batch that was broken off midway says how far it got (`accepted`, `nextIndex`).',
  429: 'Too many requests, or too many drivers that no record was from before; send it again after `Retry-After` seconds.',
  500: 'Something is wrong with the server.',
  503: 'Not accepted; send it again after `Retry-After` seconds. A batch that was broken off midway says how far it got (`accepted`, `nextIndex`).',
};

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds to wait before sending again',
    schema: { type: 'integer', minimum: 0 },
  },
} as const;

/** The answers of an endpoint that are problems, by status. */
export function problemResponses(endpoint: Endpoint): Record<string, ResponseObject> {
  const codesByStatus = new Map<number, string[]>();
  for (const [code, { status, from }] of Object.entries(PROBLEMS)) {
    if (from.includes(endpoint)) codesByStatus.set(status, [...(codesByStatus.get(status) ?? []), code]);
  }
  const byStatus = [...codesByStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries(
    byStatus.map(([status, codes]) => [String(status), problemResponse(status, codes)]),
  );
}

function problemResponse(status: number, codes: readonly string[]): ResponseObject {
  const description = DESCRIPTIONS[status] ?? '';
  return {
    description: `${description} Codes: ${codes.map((code) => `\`${code}\``).join(', ')}.`.trim(),
    ...((status === 429 || status === 503) && { headers: RETRY_AFTER }),
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { properties: { status: { const: status }, code: { enum: [...codes] } } },
          ],
        },
      },
    },
  };
}
