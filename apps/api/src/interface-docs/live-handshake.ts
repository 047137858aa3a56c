import { liveHandshakeSchema, problemSchema } from '@drivewatch/contracts';
import { type JsonSchema, toJsonSchema } from './json-schema';

/*
 * How a client gets in, for the AsyncAPI document. This has a channel of its own, since the messages of the other are
 * the events.
 */

interface Reference {
  $ref: string;
}

interface LiveServer {
  host: string;
  protocol: 'ws' | 'http';
  description: string;
  security: Reference[];
}

interface SessionCookie {
  type: 'httpApiKey';
  in: 'cookie';
  name: string;
  description: string;
}

interface HandshakeMessage {
  name: string;
  summary: string;
  description: string;
  contentType?: string;
  payload: Reference | JsonSchema;
}

export interface HandshakeChannel {
  address: '/socket.io/';
  description: string;
  messages: Record<'handshake' | 'refusedRequest' | 'connect_error', HandshakeMessage>;
}

interface HandshakeOperation {
  action: 'send' | 'receive';
  channel: Reference;
  summary: string;
  messages: Reference[];
}

/** The cookie that signs a person in over http, as openapi.ts describes it as well. */
const session: SessionCookie = {
  type: 'httpApiKey',
  in: 'cookie',
  name: 'drivewatch-session',
  description:
    'The session of a signed-in person, which POST /api/session of the OpenAPI document gives; over https its name is __Host-drivewatch-session. Needed only where sign-in is on',
};

const security = [{ $ref: '#/components/securitySchemes/session' }];

/** Both speak Socket.IO 4 to one address; where Drivewatch runs elsewhere, another host stands for this one. */
export const LIVE_SERVERS: Record<'webSocket' | 'polling', LiveServer> = {
  webSocket: {
    host: 'localhost:8080',
    protocol: 'ws',
    description:
      'Socket.IO 4 over WebSocket (wss behind https): the client opens /socket.io/?EIO=4&transport=websocket. Use a Socket.IO client, since a plain WebSocket would have to write its packets itself. Browsers may connect only from pages of the same origin or of ALLOWED_ORIGINS',
    security,
  },
  polling: {
    host: 'localhost:8080',
    protocol: 'http',
    description:
      'The same by long polling (https behind https), with which Socket.IO clients begin unless told otherwise: /socket.io/?EIO=4&transport=polling',
    security,
  },
};

export const HANDSHAKE_CHANNEL: HandshakeChannel = {
  address: '/socket.io/',
  description: 'The opening of a connection, before any event',
  messages: {
    handshake: {
      name: 'handshake',
      summary: 'What a client hands over when it connects',
      description:
        '`auth` of a Socket.IO client (the payload of its CONNECT packet), in the namespace `/`. It may be left out',
      payload: { $ref: '#/components/schemas/LiveHandshake' },
    },
    refusedRequest: {
      name: 'refusedRequest',
      summary: 'The answer to a request that may not open a connection',
      description:
        'The HTTP answer has the status of the problem: 401 nobody is signed in, 403 the origin may not listen, 421 the host name is unknown, 429 there were too many (Retry-After says for how long), 503 the session cannot be checked. Socket.IO clients emit `connect_error`; with polling, `error.description` is the status and `error.context.responseText` this document, while browsers tell nothing of the answer to a WebSocket',
      contentType: 'application/problem+json',
      payload: { $ref: '#/components/schemas/Problem' },
    },
    connect_error: {
      name: 'connect_error',
      summary: 'The refusal of a connection that was already open',
      description:
        'For example because the session has ended in between, or the connection carries a socket already: a CONNECT_ERROR packet, after which the server closes the connection. Clients emit `connect_error` with an Error: `error.message` is the code, and `error.data` the problem',
      payload: {
        type: 'object',
        properties: {
          message: { type: 'string', description: 'The `code` of the problem' },
          data: { $ref: '#/components/schemas/Problem' },
        },
        required: ['message', 'data'],
        additionalProperties: false,
      },
    },
  },
};

const operation = (
  action: 'send' | 'receive',
  name: keyof HandshakeChannel['messages'],
): HandshakeOperation => ({
  action,
  channel: { $ref: '#/channels/handshake' },
  summary: HANDSHAKE_CHANNEL.messages[name].summary,
  messages: [{ $ref: `#/channels/handshake/messages/${name}` }],
});

export const HANDSHAKE_OPERATIONS: Record<string, HandshakeOperation> = {
  'receive-handshake': operation('receive', 'handshake'),
  'send-refusedRequest': operation('send', 'refusedRequest'),
  'send-connect_error': operation('send', 'connect_error'),
};

export const HANDSHAKE_COMPONENTS = {
  schemas: {
    LiveHandshake: toJsonSchema(liveHandshakeSchema, 'draft-07'),
    Problem: toJsonSchema(problemSchema, 'draft-07'),
  },
  securitySchemes: { session },
};
