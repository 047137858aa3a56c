import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { shown } from '@drivewatch/contracts';
import type { FastifyServerFactory } from 'fastify';
import { methodNotAllowed } from '../allowed-methods';
import type { ArrivingBodies } from '../arriving-body';
import { ProblemError } from '../problem-error';
import { answerWithProblem, closeWithProblem } from '../raw-answer';
import type { Connections } from './connections';
import { type TrackedResponse, trackedResponses } from './tracked-response';

/** The limit for all headers of a request, and for the first byte of a new connection. */
const HEADERS_TIMEOUT_MS = 10_000;
/** Slow bodies are cut off long before (slow-senders.ts); this ends bodies that stay just within those limits. */
const REQUEST_TIMEOUT_MS = 3_600_000;
/** How often Node looks for connections that are too slow. */
const CONNECTIONS_CHECK_MS = 1_000;
/** Longer than the ten seconds between two records of a vehicle, so that it keeps its connection. */
const KEEP_ALIVE_MS = 75_000;
/**
 * How long a connection may be without a byte in either direction in the middle of a request: the client does not read
 * its answer.
 */
const SILENCE_LIMIT_MS = 120_000;
/** Requests for other paths may ask for any protocol upgrade; they are answered in HTTP/1.1. */
const UPGRADED_PATH = '/socket.io/';

/**
 * Makes the HTTP servers of the API; Fastify has one for each address of HOST. Whatever applies to every connection and
 * every request, whoever answers it, is done here: Engine.IO answers its own requests before Fastify hears of them, and
 * so does Node.
 */
export function apiServers(connections: Connections, bodies: ArrivingBodies): FastifyServerFactory {
  return (handler): Server => {
    const server = createServer(
      {
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        // Node would answer a request without Host with an empty 400; AllowedHosts says what is missing.
        requireHostHeader: false,
        ServerResponse: trackedResponses(bodies),
        shouldUpgradeCallback: ({ url = '' }) => url.startsWith(UPGRADED_PATH),
      },
      handler,
    );
    // A client may end its side with the request; Node would then end this one without the answer.
    Object.assign(server, { httpAllowHalfOpen: true });
    server.setTimeout(SILENCE_LIMIT_MS);
    server.on('connection', (socket) => {
      connections.admit(socket);
    });
    server.on('checkExpectation', (request, response) => {
      const { expect = '' } = request.headers;
      const detail = `The header "Expect" is ${shown(expect)}; allowed: 100-continue`;
      answerWithProblem(new ProblemError('EXPECTATION_FAILED', detail), request, response);
    });
    // The body of a request that is refused should not be sent at all: whoever would read it says when it may come.
    server.on('checkContinue', (request, response) => {
      const { arrivingBody } = response as TrackedResponse;
      if (arrivingBody !== null) arrivingBody.isAwaited = true;
      server.emit('request', request, response);
    });
    server.on('connect', (_request, socket: Socket) => {
      socket.on('error', () => undefined);
      closeWithProblem(socket, methodNotAllowed('CONNECT', ['POST'], 'with this server, which is no proxy'));
    });
    server.on('upgrade', (_request, socket: Duplex) => {
      // Node has stopped listening for errors, and Engine.IO has not started yet: an unhandled reset would end the
      // process.
      socket.on('error', () => undefined);
    });
    return server;
  };
}
