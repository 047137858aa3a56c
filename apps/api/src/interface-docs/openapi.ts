import {
  addDataAnswerSchema,
  auditPageSchema,
  fieldErrorSchema,
  problemSchema,
  recordWarningSchema,
  rejectionSchema,
} from '@drivewatch/contracts';
import { addDataOperation } from './add-data';
import { auditPath } from './audit';
import { answerJsonSchemas, schemaRef, wireRecordJsonSchema } from './json-schema';
import type { OpenApiDocument } from './openapi-types';
import { operationsPaths, operationsSchemas, sessionPath } from './operations';

/** What the API does over HTTP, as OpenAPI 3.1. */
export const openApiDocument: OpenApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Drivewatch',
    version: '1.0.0',
    license: { name: 'MIT', identifier: 'MIT' },
    description:
      'Vehicles post driving records; dashboards see them live. Every error is a problem document (RFC 9457) with a stable `code`. The live socket is described in the AsyncAPI document.',
  },
  servers: [{ url: '/', description: 'The server that this document comes from' }],
  tags: [
    { name: 'Devices', description: 'What vehicles send' },
    { name: 'Sign-in', description: 'For people who look at the dashboard' },
    { name: 'Operations', description: 'For whatever runs and watches Drivewatch' },
  ],
  paths: {
    '/addData': { post: addDataOperation },
    '/api/session': sessionPath,
    '/api/audit': auditPath,
    ...operationsPaths,
  },
  components: {
    schemas: {
      DrivingRecord: {
        ...wireRecordJsonSchema(),
        description:
          'One sample of one vehicle. Numbers and flags may be numbers or strings. Empty and null mean the same as absent. A flag that is absent or 0 is not set; in a number 0 is a value. The position is whole or absent: Latitude with Longtitude (the spelling of the original system) or Longitude. Without a fix, leave the position out; both 0 is no position. Speed may be missing or negative, which is none, where one of the flags is set.',
      },
      DrivingRecords: {
        type: 'array',
        items: schemaRef('BatchedRecord'),
        minItems: 1,
        description: 'A batch of records',
      },
      // It has a name of its own, because some generators import one name twice where a body is a record or a list of
      // records.
      BatchedRecord: { allOf: [schemaRef('DrivingRecord')], description: 'A driving record in a batch' },
      ...answerJsonSchemas({
        AddDataAnswer: addDataAnswerSchema,
        Rejection: rejectionSchema,
        RecordWarning: recordWarningSchema,
        FieldError: fieldErrorSchema,
        Problem: problemSchema,
        AuditPage: auditPageSchema,
      }),
      ...operationsSchemas,
    },
    securitySchemes: {
      deviceKey: {
        type: 'http',
        scheme: 'bearer',
        description: 'Key of a device, where Drivewatch asks for keys (npm run keys)',
      },
      deviceKeyHeader: {
        type: 'apiKey',
        in: 'header',
        name: 'X-API-Key',
        description:
          'The same key, for devices that cannot set Authorization; sent once. A bearer key counts before it',
      },
      metricsToken: {
        type: 'http',
        scheme: 'bearer',
        description: 'The value of METRICS_TOKEN; it may read /metrics and nothing else',
      },
      session: {
        type: 'apiKey',
        in: 'cookie',
        name: 'drivewatch-session',
        description: 'The session of a signed-in person; over https its name is __Host-drivewatch-session',
      },
    },
  },
};
