import { PROBLEM_MEDIA_TYPE, type ProblemCode, PROBLEMS } from '@drivewatch/contracts';
import type { ResponseObject } from './openapi-types';

/** The documented groups of routes that answer with problems. */
export type Endpoint = 'addData' | 'session' | 'readiness' | 'operations' | 'audit';

/** Lists the endpoints that answer with each code. */
export const ANSWERED_BY: Readonly<Record<ProblemCode, readonly Endpoint[]>> = {
  INVALID_RECORD: ['addData'],
  MALFORMED_JSON: ['addData', 'session'],
  UNSUPPORTED_MEDIA_TYPE: ['addData', 'session'],
  BODY_TOO_LARGE: ['addData', 'session'],
  METHOD_NOT_ALLOWED: ['addData', 'session'],
  NOT_FOUND: [],
  BAD_REQUEST: ['addData', 'session', 'audit'],
  RANGE_NOT_SATISFIABLE: [],
  QUEUE_UNAVAILABLE: ['addData'],
  BUCKET_UNAVAILABLE: [],
  INTERNAL_ERROR: ['addData', 'session'],
  INVALID_IDEMPOTENCY_KEY: ['addData'],
  MALFORMED_GZIP: ['addData'],
  NESTED_TOO_DEEP: ['addData'],
  DRIVER_NOT_ALLOWED: ['addData'],
  REPLAY_NOT_ALLOWED: ['addData'],
  REQUEST_TIMEOUT: ['addData'],
  TOO_MANY_RECORDS: ['addData'],
  TOO_MANY_REJECTED: ['addData'],
  OVERLOADED: ['addData'],
  QUEUE_FULL: ['addData'],
  SCHEMA_TOO_NEW: ['addData'],
  NOT_READY: ['readiness'],
  UNAUTHORIZED: ['addData', 'operations', 'audit'],
  FORBIDDEN: ['addData', 'session', 'operations', 'audit'],
  TOO_MANY_NEW_DRIVERS: ['addData'],
  RATE_LIMITED: ['addData', 'session', 'operations', 'audit'],
  SIGN_IN_FAILED: ['session'],
  SECURE_CONNECTION_REQUIRED: ['session'],
  ACCESS_UNAVAILABLE: ['addData', 'session', 'operations', 'audit'],
  SHUTTING_DOWN: ['addData'],
  HOST_NOT_ALLOWED: ['addData', 'session', 'readiness', 'operations', 'audit'],
  IDEMPOTENCY_KEY_REUSED: ['addData'],
  RECORD_ID_REUSED: ['addData'],
};

const DESCRIPTIONS: Record<number, string> = {
  400: 'The request is wrong; nothing was accepted. Correct it, sending it again does not help.',
  401: 'There is no key or session, or it is not valid (any more).',
  403: 'The key or session is valid, but not for this; nothing was accepted.',
  405: 'The address has other methods; `Allow` names them.',
  408: 'The request came too slowly.',
  413: 'More bytes than allowed. A batch that was broken off midway says how far it got (`accepted`, `nextIndex`).',
  415: 'The body has a format or compression that is not accepted.',
  421: 'The request names a host that this server does not answer for.',
  422: 'More records than allowed, or records whose `recordId` or `Idempotency-Key` was used before with different content. A batch that was broken off midway says how far it got (`accepted`, `nextIndex`).',
  429: 'Too many requests, or too many drivers of whom no record has come before; send it again after `Retry-After` seconds.',
  500: 'Something is wrong with the server.',
  503: 'Not accepted; send it again after `Retry-After` seconds. A batch that was broken off midway says how far it got (`accepted`, `nextIndex`).',
};

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds to wait before sending again',
    schema: { type: 'integer', minimum: 0 },
  },
} as const;

/** Returns the answers of an endpoint that are problems, by status. */
export function problemResponses(endpoint: Endpoint): Record<string, ResponseObject> {
  const codesByStatus = new Map<number, string[]>();
  for (const [code, endpoints] of Object.entries(ANSWERED_BY)) {
    const { status } = PROBLEMS[code as ProblemCode];
    if (endpoints.includes(endpoint)) codesByStatus.set(status, [...(codesByStatus.get(status) ?? []), code]);
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
