import { z } from 'zod';
import { fieldErrorSchema } from './wire-record';

/** Stable codes of every error a client can see; docs/errors.md explains each. */
export const PROBLEM_CODES = [
  'INVALID_RECORD',
  'MALFORMED_JSON',
  'UNSUPPORTED_MEDIA_TYPE',
  'BODY_TOO_LARGE',
  'METHOD_NOT_ALLOWED',
  'NOT_FOUND',
  'BAD_REQUEST',
  'RANGE_NOT_SATISFIABLE',
  'QUEUE_UNAVAILABLE',
  'BUCKET_UNAVAILABLE',
  'INTERNAL_ERROR',
  'INVALID_IDEMPOTENCY_KEY',
  'MALFORMED_GZIP',
  'NESTED_TOO_DEEP',
  'DRIVER_NOT_ALLOWED',
  'REPLAY_NOT_ALLOWED',
  'REQUEST_TIMEOUT',
  'TOO_MANY_RECORDS',
  'OVERLOADED',
  'QUEUE_FULL',
  'SCHEMA_TOO_NEW',
  'NOT_READY',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'SIGN_IN_FAILED',
  'SECURE_CONNECTION_REQUIRED',
  'ACCESS_UNAVAILABLE',
  'SHUTTING_DOWN',
  'HOST_NOT_ALLOWED',
  'IDEMPOTENCY_KEY_REUSED',
  'RECORD_ID_REUSED',
  'TOO_MANY_NEW_DRIVERS',
  'TOO_MANY_REJECTED',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Most rejections that an answer lists, and most records of a request whose ids it tells. */
export const MAX_LISTED_RECORDS = 1_000;
/** After so many rejections the rest of a request is not looked at: whoever sends it does not send records. */
export const MAX_REJECTED_RECORDS = 1_000;

/** A record of a request with several that was not accepted; sending it again helps only after TOO_MANY_NEW_DRIVERS, later. */
export const rejectionSchema = z.strictObject({
  index: z
    .int()
    .min(0)
    .describe('Position among the records of the request, from 0; empty lines are no records'),
  code: z.enum(PROBLEM_CODES).describe('Why it was rejected'),
  errors: z
    .array(fieldErrorSchema)
    .describe('What is wrong; `field` is empty where it is the record as a whole'),
});
export type Rejection = z.infer<typeof rejectionSchema>;

/** Body of every error answer (RFC 9457). */
export const problemSchema = z.strictObject({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int().min(400).max(599).describe('The status of the answer'),
  code: z.enum(PROBLEM_CODES).describe('Stable; what a program should look at'),
  detail: z.string().describe('What happened, for people'),
  errors: z.array(fieldErrorSchema).optional().describe('Only with INVALID_RECORD: every wrong field'),
  rejected: z
    .array(rejectionSchema)
    .optional()
    .describe('Only when a batch was broken off midway, or none of its records was accepted'),
  rejectedCount: z.int().min(0).optional().describe('How many were rejected; `rejected` may list fewer'),
  accepted: z
    .int()
    .min(0)
    .optional()
    .describe('Only where a batch was broken off midway: how many of its records were accepted before'),
  nextIndex: z
    .int()
    .min(0)
    .optional()
    .describe(
      'Beside `accepted`: the position from which to send on; with ids of their own, all may be sent again',
    ),
  checks: z
    .record(z.string(), z.looseObject({ status: z.string() }))
    .optional()
    .describe(
      'Only with NOT_READY: every check with its status (up, degraded or down) and what there is to say',
    ),
});
export type Problem = z.infer<typeof problemSchema>;

/** Answer of `POST /addData` to one record: queued durably, not yet stored. */
export const acceptedAnswerSchema = z.strictObject({
  accepted: z.int().min(1),
  ids: z.array(z.uuid()).min(1).describe('Ids of the accepted records, in the order of the request'),
});
export type AcceptedAnswer = z.infer<typeof acceptedAnswerSchema>;

/** Answer of `POST /addData` to a batch of which at least one record was accepted. */
export const batchAnswerSchema = z.strictObject({
  accepted: z.int().min(1),
  rejected: z
    .array(rejectionSchema)
    .max(MAX_LISTED_RECORDS)
    .describe('The first 1,000, or fewer where they are very long; empty when there was none'),
  rejectedCount: z.int().min(0).describe('How many were rejected in all'),
  ids: z
    .array(z.uuid())
    .max(MAX_LISTED_RECORDS)
    .optional()
    .describe(
      'Ids of the accepted records, in the order of the request; only for requests of at most 1,000 records',
    ),
});
export type BatchAnswer = z.infer<typeof batchAnswerSchema>;
