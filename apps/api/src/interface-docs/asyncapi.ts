import {
  alertPictureSchema,
  displacedSchema,
  driversRemovedSchema,
  overspeedEventMetaSchema,
  overspeedEventSchema,
  type ServerToClientEvents,
  speedDataMetaSchema,
  speedDataSchema,
  welcomeSchema,
} from '@drivewatch/contracts';
import type * as z from 'zod';
import { type JsonSchema, toJsonSchema } from './json-schema';
import {
  HANDSHAKE_CHANNEL,
  HANDSHAKE_COMPONENTS,
  HANDSHAKE_OPERATIONS,
  type HandshakeChannel,
  LIVE_SERVERS,
} from './live-handshake';

/** The parts of AsyncAPI 3 that the document uses. */
export interface AsyncApiDocument {
  asyncapi: '3.0.0';
  info: { title: string; license: { name: string }; version: string; description: string };
  defaultContentType: 'application/json';
  servers: typeof LIVE_SERVERS;
  channels: { live: LiveChannel; handshake: HandshakeChannel };
  operations: Record<string, AsyncOperation>;
  components: typeof HANDSHAKE_COMPONENTS;
}

interface LiveChannel {
  address: '/socket.io/';
  description: string;
  messages: Record<EventName, EventMessage>;
}

interface EventMessage {
  name: EventName;
  summary: string;
  description: string;
  /** The arguments of the event, in order. */
  payload: JsonSchema;
}

interface AsyncOperation {
  action: 'send' | 'receive';
  channel: { $ref: string };
  summary: string;
  messages: { $ref: string }[];
}

type EventName = keyof ServerToClientEvents;

interface LiveEvent {
  when: string;
  arguments: [payload: z.ZodType, meta?: z.ZodType];
}

const META =
  'The second argument is an addition to the original system; clients of it simply do not read it.';

const EVENTS: Record<EventName, LiveEvent> = {
  welcome: {
    when: 'First on every connection: what a client must know to read the others',
    arguments: [welcomeSchema],
  },
  alerts: {
    when: 'On connect, unless the client named the last change it knows (`auth.lastAlertId`): then it gets those that came since. Also when the server has learnt of alerts from before its start: replaces what was known',
    arguments: [alertPictureSchema],
  },
  data: {
    when: `On connect (recent speeds, or what was missed), then once a tick: what was stored since. ${META}`,
    arguments: [speedDataSchema, speedDataMetaSchema],
  },
  driversRemoved: {
    when: 'When an operator has removed drivers (`npm run drivers`); what is known of their alerts comes with `alerts`',
    arguments: [driversRemovedSchema],
  },
  overspeeding: {
    when: `At once when an accepted record says that a driver begins to speed, unless it comes too late; on connect for each driver who is speeding. ${META}`,
    arguments: [overspeedEventSchema, overspeedEventMetaSchema],
  },
  overspeedEnd: {
    when: `At once when an accepted record says that a driver stops speeding, unless it comes too late. ${META}`,
    arguments: [overspeedEventSchema, overspeedEventMetaSchema],
  },
  overspeedUnconfirmed: {
    when: 'With a tick, when the driver of an open alert has sent no record for ALERT_STALE: nobody knows whether it goes on',
    arguments: [overspeedEventSchema, overspeedEventMetaSchema],
  },
  overspeedConfirmed: {
    when: 'With a tick, when the driver of an unconfirmed alert has sent a record again',
    arguments: [overspeedEventSchema, overspeedEventMetaSchema],
  },
  displaced: {
    when: 'Last on a connection that the server closes because its session or key has opened more than it may have (MAX_SOCKETS_PER_SESSION). A client that comes back by itself would displace the next one: let a person decide',
    arguments: [displacedSchema],
  },
};

const names = Object.keys(EVENTS) as EventName[];

function message(name: EventName): EventMessage {
  const { when, arguments: schemas } = EVENTS[name];
  return {
    name,
    summary: name,
    description: when,
    payload: {
      type: 'array',
      description: 'The arguments of the event',
      items: schemas
        .filter((schema) => schema !== undefined)
        .map((schema) => toJsonSchema(schema, 'draft-07')),
      minItems: schemas.length,
      maxItems: schemas.length,
    },
  };
}

/** What the API sends over its socket, as AsyncAPI 3. */
export const asyncApiDocument: AsyncApiDocument = {
  asyncapi: '3.0.0',
  info: {
    title: 'Drivewatch live socket',
    license: { name: 'MIT' },
    version: '1.0.0',
    description:
      'Socket.IO 4 on the port of the API and its default path. A message is a Socket.IO event; its payload here is the array of its arguments. Clients send nothing after the handshake, in whose `auth` a client that was away may hand over the cursor that it has seen (LiveHandshake). Where sign-in is on, the handshake needs a session cookie or a key for the live feed. A refusal is a problem document, as over HTTP (channel `handshake`).',
  },
  defaultContentType: 'application/json',
  servers: LIVE_SERVERS,
  channels: {
    live: {
      address: '/socket.io/',
      description:
        'Everything that dashboards and services are told. When a session or key ends, the server closes the connection without an event (Socket.IO clients say `io server disconnect`, and do not come back by themselves); whoever connects again is refused with the reason',
      messages: Object.fromEntries(names.map((name) => [name, message(name)])) as LiveChannel['messages'],
    },
    handshake: HANDSHAKE_CHANNEL,
  },
  operations: {
    ...HANDSHAKE_OPERATIONS,
    ...Object.fromEntries(
      names.map((name) => [
        `send-${name}`,
        {
          action: 'send' as const,
          channel: { $ref: '#/channels/live' },
          summary: EVENTS[name].when,
          messages: [{ $ref: `#/channels/live/messages/${name}` }],
        },
      ]),
    ),
  },
  components: HANDSHAKE_COMPONENTS,
};
