import { signInSchema } from '@drivewatch/contracts';
import { type JsonSchema, schemaRef, toJsonSchema } from './json-schema';
import type { OpenApiDocument, ResponseObject } from './openapi-types';
import { problemResponses } from './problems';

const json = (description: string, schema: string): ResponseObject => ({
  description,
  content: { 'application/json': { schema: schemaRef(schema) } },
});

const LIVENESS: JsonSchema = {
  type: 'object',
  properties: { status: { type: 'string', 'x-extensible-enum': ['ok'] } },
  required: ['status'],
  additionalProperties: true,
};

const READINESS: JsonSchema = {
  type: 'object',
  properties: {
    status: {
      type: 'string',
      'x-extensible-enum': ['ok', 'degraded'],
      description: 'degraded: jobs, or three runs of the archive in a row, have failed',
    },
    checks: {
      type: 'object',
      description:
        'redis, postgresql, migrations, queue, ticks and archive, each with its status and what there is to say',
      additionalProperties: {
        type: 'object',
        properties: { status: { type: 'string', 'x-extensible-enum': ['up', 'degraded', 'down'] } },
        required: ['status'],
        additionalProperties: {},
      },
    },
  },
  required: ['status', 'checks'],
  additionalProperties: true,
};

const SESSION: JsonSchema = {
  type: 'object',
  properties: {
    authentication: { type: 'string', enum: ['on', 'off'] },
    user: {
      anyOf: [
        {
          type: 'object',
          properties: { name: { type: 'string' }, role: { type: 'string', enum: ['viewer', 'admin'] } },
          required: ['name', 'role'],
          additionalProperties: true,
        },
        { type: 'null' },
      ],
      description: 'null: nobody is signed in',
    },
  },
  required: ['authentication', 'user'],
  additionalProperties: true,
};

/** The answers of these routes by their names in the document. */
export const operationsSchemas: Readonly<Record<string, JsonSchema>> = {
  Liveness: LIVENESS,
  Readiness: READINESS,
  SessionState: SESSION,
};

/** The sign-in of people. */
export const sessionPath: OpenApiDocument['paths'][string] = {
  get: {
    operationId: 'getSession',
    tags: ['Sign-in'],
    summary: 'Says who is signed in',
    description: 'Answers everybody, also without a session.',
    security: [],
    responses: {
      200: json('Who is signed in, and whether one must be.', 'SessionState'),
      ...problemResponses('sessionState'),
    },
  },
  post: {
    operationId: 'signIn',
    tags: ['Sign-in'],
    summary: 'Signs in',
    description: 'Sets the session cookie (HttpOnly, SameSite=Strict).',
    security: [],
    requestBody: {
      description: 'Name and password of a dashboard user.',
      required: true,
      content: {
        'application/json': {
          schema: toJsonSchema(signInSchema),
        },
      },
    },
    responses: { 204: { description: 'Signed in.' }, ...problemResponses('session') },
  },
  delete: {
    operationId: 'signOut',
    tags: ['Sign-in'],
    summary: 'Signs out',
    description: 'Ends the session, if there is one.',
    security: [],
    responses: { 204: { description: 'Nobody is signed in any more.' }, ...problemResponses('signOut') },
  },
};

/** The routes for whatever runs and watches Drivewatch. */
export const operationsPaths: OpenApiDocument['paths'] = {
  '/health/live': {
    get: {
      operationId: 'getLiveness',
      tags: ['Operations'],
      summary: 'Says that the process answers',
      description: 'Not 200, or no answer: restart the process.',
      security: [],
      responses: { 200: json('It answers.', 'Liveness'), ...problemResponses('liveness') },
    },
  },
  '/health/ready': {
    get: {
      operationId: 'getReadiness',
      tags: ['Operations'],
      summary: 'Says whether records can be taken and stored',
      description:
        'Checks Redis, PostgreSQL and the migrations, and whether waiting jobs are done, pages get ticks, and the archive is written. Failed jobs show in `checks`.',
      security: [],
      responses: {
        200: json('Records can be taken and stored.', 'Readiness'),
        ...problemResponses('readiness'),
      },
    },
  },
  '/metrics': {
    get: {
      operationId: 'getMetrics',
      tags: ['Operations'],
      summary: 'Figures for Prometheus',
      description:
        'Accepted and rejected records, duplicates, the queue, the time that storing takes, ticks, clients, and the event loop; of the API and of all consumers.',
      security: [{}, { metricsToken: [] }, { session: [] }],
      responses: {
        200: {
          description: "Prometheus' text format.",
          content: { 'text/plain': { schema: { type: 'string' } } },
        },
        ...problemResponses('operations'),
      },
    },
  },
};
