import * as z from 'zod';

/** Where admins read what was done (`GET`). */
export const AUDIT_PATH = '/api/audit';
/** Most events of one answer, and how many there are where nobody says. */
export const MAX_AUDIT_PAGE = 200;
export const DEFAULT_AUDIT_PAGE = 50;

/** Everything that the audit log knows (docs/access.md tells of each). Only added to: old events keep their kinds. */
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

/** What more there is to say of an event. Never keys, passwords, tokens or bodies of requests. */
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

/** Query of `GET /api/audit`. */
export const auditQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_AUDIT_PAGE).default(DEFAULT_AUDIT_PAGE),
  before: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional()
    .describe('`next` of an answer: only events before that one'),
  kind: z.enum(AUDIT_KINDS).optional().describe('Only events of this kind'),
});
export type AuditQuery = z.infer<typeof auditQuerySchema>;

/** Answer of `GET /api/audit`. */
export const auditPageSchema = z.strictObject({
  events: z.array(auditEventSchema).max(MAX_AUDIT_PAGE).describe('The newest first'),
  next: z.string().nullable().describe('`before` of the request for those before them; null: there are none'),
});
export type AuditPage = z.infer<typeof auditPageSchema>;
