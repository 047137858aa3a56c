import { DETAIL_RECORD_COLUMNS, REPLAY_HEADER, SHORT_ROW_FIELDS } from '@drivewatch/contracts';
import { schemaRef } from './json-schema';
import type { MediaType, Operation } from './openapi-types';
import { problemResponses } from './problems';

const EXAMPLE = {
  driverID: 'likun1000003',
  carPlateNumber: '华AVM936',
  Latitude: 32.056444,
  Longtitude: 118.777589,
  Speed: 72,
  Direction: 211,
  Time: '2017-01-01T08:00:05+08:00',
  isOverspeedFinished: 1,
  overspeedTime: 1,
};
const NEXT = { driverID: 'likun1000003', Speed: 74, Time: '2017-01-01T08:00:15+08:00' };
const ROW = 'likun1000003,华AVM936,32.056444,118.777589,72,211,,2017-01-01 08:00:05';

const BODIES: Record<string, MediaType> = {
  'application/json': {
    schema: { oneOf: [schemaRef('DrivingRecord'), schemaRef('DrivingRecords')] },
    examples: {
      one: { summary: 'One record', value: EXAMPLE },
      batch: { summary: 'A batch', value: [EXAMPLE, NEXT] },
    },
  },
  'application/x-ndjson': {
    schema: { type: 'string', description: 'One record a line, each a JSON object as above' },
    examples: {
      batch: { summary: 'A batch', value: `${JSON.stringify(EXAMPLE)}\n${JSON.stringify(NEXT)}\n` },
    },
  },
  'text/csv': {
    schema: {
      type: 'string',
      description: `Detail records without a header, UTF-8 (RFC 4180): the first ${SHORT_ROW_FIELDS} fields where nothing happened, else all, with or without a comma behind the last. In order: ${DETAIL_RECORD_COLUMNS.join(', ')}`,
    },
    examples: { batch: { summary: 'A batch', value: `${ROW}\n` } },
  },
};

/** `POST /addData`, with everything that devices may send and all the answers they may get. */
export const addDataOperation: Operation = {
  operationId: 'addData',
  tags: ['Devices'],
  summary: 'Takes driving records',
  description:
    'Records answered with 202 are in the queue durably, and stored a moment later, each exactly once. All others may be sent again: with a `recordId` in each record, or an `Idempotency-Key`, nothing is stored twice, however often and whenever that is done; different content under a used one is refused. Without either, each record sent counts as a new one. A batch is taken record by record: bad records do not hold up good ones. Bodies are read as they arrive, so they may be large.',
  security: [{}, { deviceKey: [] }, { deviceKeyHeader: [] }],
  parameters: [
    {
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description:
        'Chosen by the device for these records; the ids of records without a `recordId` are derived from it and their position. The same records under the same key are stored once; others under it are refused.',
      schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
    },
    {
      name: REPLAY_HEADER,
      in: 'header',
      required: false,
      description:
        '1: history whose alerts are wanted as if it happened now, however old it is; needs a key marked for replay, if there are keys.',
      schema: { type: 'string', enum: ['0', '1'] },
    },
    {
      name: 'Content-Encoding',
      in: 'header',
      required: false,
      description: 'The compression of the body.',
      schema: { type: 'string', enum: ['gzip', 'identity'] },
    },
  ],
  requestBody: {
    description: 'One record or a batch, by Content-Type. A single JSON object is answered as one record.',
    required: true,
    content: BODIES,
  },
  responses: {
    202: {
      description: 'At least one record was accepted; for a batch it says which were not.',
      content: {
        'application/json': {
          schema: schemaRef('AddDataAnswer'),
        },
      },
    },
    ...problemResponses('addData'),
  },
};
