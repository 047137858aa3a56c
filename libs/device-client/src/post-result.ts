import type { Problem } from '@drivewatch/contracts';
import * as z from 'zod';

/** A server's answer as it came over the wire. */
export interface HttpAnswer {
  status: number;
  /** The `Retry-After` header, if any. */
  retryAfter: string | undefined;
  body: string;
}

/** The outcome of a posted record. */
export type PostResult =
  | { ok: true; ids: string[] }
  | {
      ok: false;
      status: number;
      /** Absent when the answer was not Drivewatch's, because something else listens at that address. */
      problem: Problem | undefined;
    };

const acceptedAnswerSchema = z.object({ accepted: z.int(), ids: z.array(z.string()) });

// The schema is loose on purpose: a device built today must still read the codes of a later server.
const problemSchema = z.object({
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});

/**
 * Reads a final answer of `POST /addData`.
 *
 * @returns null if the answer was cut off, which HTTP does not notice where an answer lasts as long as its connection
 */
export function readPostResult({ status, body }: HttpAnswer): PostResult | null {
  const json = parseJson(body);
  if (json === undefined && (body.startsWith('{') || (status === 202 && body === ''))) return null;
  if (status >= 200 && status < 300) {
    const accepted = acceptedAnswerSchema.safeParse(json);
    if (accepted.success) return { ok: true, ids: accepted.data.ids };
  }
  const problem = problemSchema.safeParse(json);
  return { ok: false, status, problem: problem.success ? (json as Problem) : undefined };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
