import { AUDIT_KINDS, DEFAULT_AUDIT_PAGE, MAX_AUDIT_PAGE } from '@drivewatch/contracts';
import { schemaRef } from './json-schema';
import type { OpenApiDocument } from './openapi-types';
import { problemResponses } from './problems';

/** The audit log, for admins. */
export const auditPath: OpenApiDocument['paths'][string] = {
  get: {
    operationId: 'getAuditLog',
    tags: ['Operations'],
    summary: 'Lists who did what',
    description:
      'Sign-ins and failures, keys, users and roles, drivers, and what was done to the queue; the newest first. For admins.',
    security: [{}, { session: [] }],
    parameters: [
      {
        name: 'limit',
        in: 'query',
        required: false,
        description: `The most events to return; ${DEFAULT_AUDIT_PAGE} if absent.`,
        schema: { type: 'integer', minimum: 1, maximum: MAX_AUDIT_PAGE, default: DEFAULT_AUDIT_PAGE },
      },
      {
        name: 'before',
        in: 'query',
        required: false,
        description: '`next` of an answer; only earlier events are returned.',
        schema: { type: 'string', pattern: '^\\d{1,18}$' },
      },
      {
        name: 'kind',
        in: 'query',
        required: false,
        description: 'Only events of this kind.',
        schema: { type: 'string', enum: [...AUDIT_KINDS] },
      },
    ],
    responses: {
      200: {
        description: 'A page of the audit log.',
        content: { 'application/json': { schema: schemaRef('AuditPage') } },
      },
      ...problemResponses('audit'),
    },
  },
};
