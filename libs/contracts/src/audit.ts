import * as z from 'zod';

/** The path where admins read the audit log (`GET`). */
export const AUDIT_PATH = '/api/audit';
/** The largest number of events in one answer, and the default. */
export const MAX_AUDIT_PAGE = 200;
export const DEFAULT_AUDIT_PAGE = 50;

/**
 * All kinds of events in the audit log (see docs/access.md). Kinds are only ever added, because old events keep theirs.
 */
export const AUDIT_KINDS = [
  'sign-in.succeeded',
  'sign-in.failed',
  'sign-in.refused',
  'session.signed-out',
  'key.created',
  'key.rotated',
  'key.revoked',
  'user.created',
  'user.role-changed',
  'user.password-changed',
  'user.removed',
  'driver.removed',
  'driver.erased',
  'queue.job-retried',
  'queue.job-removed',
  'queue.job-restored',
  'queue.job-added',
  'queue.job-changed',
  'queue.paused',
  'queue.resumed',
  'queue.changed',
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** Further facts about an event. They never contain keys, passwords, tokens or request bodies. */
const auditDetailSchema = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
);
export type AuditDetail = z.infer<typeof auditDetailSchema>;

/** One line of the audit log. */
export const auditEventSchema = z.strictObject({
  id: z.string().regex(/^\d+$/).describe('Larger than those of all events before it'),
  occurredAt: z.iso.datetime().describe("PostgreSQL's clock, UTC"),
  kind: z.string().describe(`What was done: ${AUDIT_KINDS.join(', ')}; newer versions know more`),
  actor: z
    .string()
    .nullable()
    .describe(
      'Who did it: the name of a user, `command:` and a user of the operating system; null: nobody known',
    ),
  address: z.string().nullable().describe('Of the client; null where there was none'),
  subject: z.string().nullable().describe('To whom or what: a user, the ID of a key, a driver or a job'),
  detail: auditDetailSchema.nullable().describe('What more there is to say, by kind'),
});
export type AuditEvent = z.infer<typeof auditEventSchema>;

/** The query of `GET /api/audit`. */
export const auditQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_AUDIT_PAGE).default(DEFAULT_AUDIT_PAGE),
  before: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional()
    .describe('`next` of an answer: only events before that one'),
  kind: z.enum(AUDIT_KINDS).optional().describe('Only events of this kind'),
});

/** The answer of `GET /api/audit`. */
export const auditPageSchema = z.strictObject({
  events: z.array(auditEventSchema).max(MAX_AUDIT_PAGE).describe('The newest first'),
  next: z.string().nullable().describe('`before` of the request for those before them; null: there are none'),
});
export type AuditPage = z.infer<typeof auditPageSchema>;
