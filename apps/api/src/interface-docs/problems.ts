import {
  type KeptRecords,
  PROBLEM_CODES,
  PROBLEM_MEDIA_TYPE,
  type ProblemCode,
  PROBLEMS,
  type SendAgain,
} from '@drivewatch/contracts';
import { schemaRef } from './json-schema';
import type { ResponseObject } from './openapi-types';

/** The documented groups of routes that answer with problems. */
export type Endpoint =
  'addData' | 'session' | 'sessionState' | 'signOut' | 'liveness' | 'readiness' | 'operations' | 'audit';

/** Lists the endpoints that answer with each code. */
export const ANSWERED_BY: Readonly<Record<ProblemCode, readonly Endpoint[]>> = {
  INVALID_RECORD: ['addData'],
  MALFORMED_JSON: ['addData', 'session'],
  UNSUPPORTED_MEDIA_TYPE: ['addData', 'session'],
  BODY_TOO_LARGE: ['addData', 'session'],
  METHOD_NOT_ALLOWED: ['addData', 'session', 'signOut'],
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
  HEADERS_TOO_LARGE: ['addData', 'session'],
  EXPECTATION_FAILED: ['addData', 'session'],
  BODY_CUT_OFF: ['addData'],
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
  HOST_NOT_ALLOWED: [
    'addData',
    'session',
    'sessionState',
    'signOut',
    'liveness',
    'readiness',
    'operations',
    'audit',
  ],
  IDEMPOTENCY_KEY_REUSED: ['addData'],
  RECORD_ID_REUSED: ['addData'],
};

const KEPT: Readonly<Record<KeptRecords, string>> = {
  nothing: 'nothing is kept',
  counted: '`accepted` records are kept, none where it is absent',
};

const AGAIN: Readonly<Record<SendAgain, string>> = {
  same: 'send the same again, after `Retry-After` seconds or a pause',
  rest: 'send the rest, from `nextIndex` on, in a request of its own',
  corrected: 'correct the request before you send it again',
  allowed: 'send the same again once the operator has allowed it',
};

/** Says what a code means for the sender of records; the meaning of each code itself is in docs/errors.md. */
function adviceOn(code: ProblemCode): string {
  const { kept, again } = PROBLEMS[code];
  return `- \`${code}\`: ${KEPT[kept]}; ${AGAIN[again]}.`;
}

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds to wait before sending again',
    schema: { type: 'integer', minimum: 0 },
  },
} as const;

/** Returns the answers of an endpoint that are problems, by status. */
export function problemResponses(endpoint: Endpoint): Record<string, ResponseObject> {
  const codesByStatus = new Map<number, ProblemCode[]>();
  for (const code of PROBLEM_CODES) {
    const { status } = PROBLEMS[code];
    if (ANSWERED_BY[code].includes(endpoint))
      codesByStatus.set(status, [...(codesByStatus.get(status) ?? []), code]);
  }
  const byStatus = [...codesByStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries(
    byStatus.map(([status, codes]) => [String(status), problemResponse(status, codes)]),
  );
}

function problemResponse(status: number, codes: readonly ProblemCode[]): ResponseObject {
  return {
    description: `Its \`code\` is one of:\n${codes.map(adviceOn).join('\n')}`,
    ...((status === 429 || status === 503) && { headers: RETRY_AFTER }),
    content: {
      [PROBLEM_MEDIA_TYPE]: { schema: schemaRef('Problem') },
    },
  };
}
