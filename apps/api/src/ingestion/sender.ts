import { REPLAY_HEADER } from '@drivewatch/contracts';
import type { FastifyRequest } from 'fastify';
import { type Reporter, reporterOf } from '../access/reporter';
import { ProblemError } from '../http/problem-error';
import { invalidIdempotencyKey, replayNotAllowed } from './ingestion-errors';
import type { IdSource } from './ids/record-ids';

/** The sender of a request's records, and what the headers say about all of them. */
export interface Sender extends IdSource {
  reporter: Reporter;
  /** `X-Replay: 1` marks history whose alerts are wanted all the same. */
  isReplay: boolean;
}

/** An error quotes no more than this of a header. */
const MAX_SHOWN_CHARACTERS = 40;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** @throws ProblemError when a header is wrong, or asks for something that the reporter may not do */
export function senderOf(request: FastifyRequest): Sender {
  const reporter = reporterOf(request);
  const { 'idempotency-key': key, 'x-replay': replay } = request.headers;
  if (key !== undefined && (typeof key !== 'string' || !IDEMPOTENCY_KEY.test(key)))
    throw invalidIdempotencyKey();
  return {
    reporter,
    reporterId: reporter.id,
    idempotencyKey: key ?? null,
    isReplay: replay !== undefined && isReplay(replay, reporter),
  };
}

function isReplay(header: string | string[], reporter: Reporter): boolean {
  if (header === '0') return false;
  if (header !== '1') {
    const shown = JSON.stringify(String(header).slice(0, MAX_SHOWN_CHARACTERS));
    const detail = `The header ${REPLAY_HEADER} is ${shown}; allowed: 1, 0, or no such header`;
    throw new ProblemError('BAD_REQUEST', detail);
  }
  if (!reporter.mayReplay) throw replayNotAllowed();
  return true;
}
