import { liveHandshakeSchema, type ProblemCode, problemSchema } from '@drivewatch/contracts';
import * as z from 'zod';
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

/** Where a credential goes, and which it is. */
export type SecurityScheme = { description: string } & (
  { type: 'httpApiKey'; in: 'cookie' | 'header'; name: string } | { type: 'http'; scheme: 'bearer' }
);

interface HandshakeMessage {
  name: string;
  summary: string;
  description: string;
  contentType?: string;
  payload: JsonSchema;
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

/** Any one of them lets a client in; openapi.ts describes the cookie and the headers as well. */
const securitySchemes = {
  session: {
    type: 'httpApiKey',
    in: 'cookie',
    name: 'drivewatch-session',
    description:
      'The session of a signed-in person, which POST /api/session of the OpenAPI document gives; over https its name is __Host-drivewatch-session. Needed only where sign-in is on, unless a key is shown',
  },
  liveKey: {
    type: 'http',
    scheme: 'bearer',
    description:
      'A key for the live feed, `npm run keys -- create --name board --live`, in a header of the request that opens the connection (`extraHeaders` of a Socket.IO client). It is for services: browser pages cannot set headers of a WebSocket. A key with which a device sends records does not do',
  },
  liveKeyHeader: {
    type: 'httpApiKey',
    in: 'header',
    name: 'X-API-Key',
    description:
      'The same key, for clients that cannot set Authorization; sent once. A bearer key counts before it, and a session before both',
  },
} satisfies Record<string, SecurityScheme>;

const security = Object.keys(securitySchemes).map((name) => ({
  $ref: `#/components/securitySchemes/${name}`,
}));

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

/** The codes with which a connection is refused; the other codes of problems are about records, sign-in and files. */
const REFUSAL_CODES = [
  'BAD_REQUEST',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'HOST_NOT_ALLOWED',
  'RATE_LIMITED',
  'ACCESS_UNAVAILABLE',
] as const satisfies readonly ProblemCode[];

/** The part of a problem that says why a connection is refused. */
const refusalSchema = problemSchema
  .pick({ type: true, title: true, status: true, detail: true })
  .extend({ code: z.enum(REFUSAL_CODES).describe('Stable; what a program should look at') });

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
        'The HTTP answer has the status of the problem: 400 the request names no host, or several, or another version than EIO=4; 401 nobody is signed in and no key is shown, or the key is unknown, revoked or expired; 403 the origin may not listen, or the key is one for records; 421 the host name is unknown; 429 there were too many (Retry-After says for how long); 503 the session or key cannot be checked (Retry-After). Whoever is let in and sends what is no request of Socket.IO 4, or the id of a connection that has ended, gets 400 with `code` and `message` of Engine.IO instead. Socket.IO clients emit `connect_error`; with polling, `error.description` is the status and `error.context.responseText` this document, while browsers tell nothing of the answer to a WebSocket',
      contentType: 'application/problem+json',
      payload: { $ref: '#/components/schemas/Refusal' },
    },
    connect_error: {
      name: 'connect_error',
      summary: 'The refusal of a connection that was already open',
      description:
        'For example because the session or key has ended in between, or the connection carries a socket already: a CONNECT_ERROR packet, after which the server closes the connection. Clients emit `connect_error` with an Error: `error.message` is the code, and `error.data` the problem',
      payload: {
        type: 'object',
        properties: {
          message: { type: 'string', description: 'The `code` of the problem' },
          data: { $ref: '#/components/schemas/Refusal' },
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
    Refusal: toJsonSchema(refusalSchema, 'draft-07'),
  },
  securitySchemes,
};
