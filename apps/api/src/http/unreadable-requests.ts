import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endGently, PATIENCE } from './arriving-body';
import {
  type AnnouncedBody,
  announcedBodyOf,
  newestAnswer,
  TrackedResponse,
} from './connections/tracked-response';
import { LAST_ANSWER, ProblemError } from './problem-error';
import { sendProblem } from './problem.filter';
import { closeWithProblem, problemAnswer } from './raw-answer';
import { DEVICE_HEADERS } from './security-headers';

/** Node's error for a connection on which it could not read a request. */
interface ClientError extends Error {
  readonly code?: string;
  /** What the parser of HTTP says. */
  readonly reason?: string;
  /** The bytes that came last, and how many of them could be read. */
  readonly rawPacket?: unknown;
  readonly bytesParsed?: number;
}

const NOTHING = Buffer.alloc(0);
const ENDED_EARLY = 'HPE_INVALID_EOF_STATE';
/** The parser's errors for bytes that begin no request. */
const NO_BEGINNING = ['HPE_INVALID_METHOD', 'HPE_CLOSED_CONNECTION'];
/** The first byte of a TLS connection. */
const TLS_HANDSHAKE = 0x16;
/** An answer quotes no more bytes than this. */
const SHOWN_BYTES = 20;

/** Connections that are being ended; Node reports further bytes on them as further errors. */
const ending = new WeakSet<Socket>();

/** Answers a request whose address cannot be parsed; no hook runs for it. */
export function refuseUnreadableAddress(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers(DEVICE_HEADERS);
  sendProblem(error, request, reply);
}

/**
 * Answers something that is no HTTP request, or does not become one in time, and ends its connection. The answer to a
 * request before it goes out first: its record may have been stored.
 */
export function refuseUnreadableRequest(error: ClientError, socket: Socket): void {
  // Nobody is left to answer.
  if (error.code === 'ECONNRESET' || socket.destroyed || ending.has(socket)) return;
  ending.add(socket);
  const newest = newestAnswer(socket);
  const answer = newest instanceof TrackedResponse ? newest : null;
  if (answer?.arrivingBody?.raw.complete === false) {
    answer.arrivingBody.breakOff(brokenOff(error));
    return;
  }
  const announced = newest instanceof TrackedResponse ? announcedBodyOf(newest.req) : newest;
  const last = problemOf(error, announced);
  if (answer !== null && !answer.writableFinished) {
    if (!answer.headersSent) answer.setHeader('Connection', 'close');
    // Node's own listener, which ends the connection, must come later.
    answer.prependListener('finish', () => {
      endAfter(socket, last);
    });
  } else if (newest !== null) {
    endAfter(socket, last);
  } else {
    closeWithProblem(socket, last);
  }
}

/** Ends a connection, and closes it once the client has had time to read: bytes on a closed one would reset it. */
function endAfter(socket: Socket, last: ProblemError): void {
  endGently(socket);
  if (socket.writable) socket.end(problemAnswer(last));
  setTimeout(() => socket.destroy(), PATIENCE.lingerMs).unref();
}

/** Returns the answer to a request whose body cannot be read to its end. */
function brokenOff({ code, reason = 'it is broken' }: ClientError): ProblemError {
  const headers = LAST_ANSWER;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ProblemError('REQUEST_TIMEOUT', 'The body took too long to arrive', { headers });
  if (code === ENDED_EARLY) {
    const detail = 'The connection ended before the body did; send it again, a batch from nextIndex on';
    return new ProblemError('BODY_CUT_OFF', detail, { headers });
  }
  const detail = `The body cannot be read: the framing of Transfer-Encoding: chunked is wrong (${reason})`;
  return new ProblemError('BAD_REQUEST', detail, { headers });
}

function problemOf(error: ClientError, before: AnnouncedBody | null): ProblemError {
  const { code = '', reason = '' } = error;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ProblemError('REQUEST_TIMEOUT', 'The headers of the request did not arrive in time');
  if (code === 'HPE_HEADER_OVERFLOW') {
    const detail = 'The headers of the request are too long; allowed: 16 KiB in all';
    return new ProblemError('HEADERS_TOO_LARGE', detail);
  }
  const notHttp = (why: string) => new ProblemError('BAD_REQUEST', `This is no HTTP request${why}`);
  if (code === ENDED_EARLY) return notHttp(': the connection ended before its headers did');
  if (!NO_BEGINNING.includes(code)) return notHttp(reason === '' ? '' : `: ${reason}`);
  const bytes = unreadBytes(error);
  if (before !== null) return bytesAfterBody(bytes, before);
  if (bytes[0] === TLS_HANDSHAKE)
    return notHttp(': it is TLS, and this server speaks plain HTTP here; use http:// instead of https://');
  const method = /^([A-Za-z][\w-]{0,31}) \S/.exec(bytes.toString('latin1'))?.[1];
  return notHttp(
    method === undefined
      ? ''
      : `: the method ${method} is unknown; allowed: one of HTTP in capitals, as POST`,
  );
}

/** Explains bytes behind a request that do not begin another one; the usual cause is a wrong Content-Length. */
function bytesAfterBody(
  bytes: Buffer,
  { contentLength: length, transferEncoding: encoding }: AnnouncedBody,
): ProblemError {
  const [where, cause] =
    length !== undefined
      ? [`after the ${length} bytes of the body that Content-Length announced`, 'Content-Length is too small']
      : encoding !== undefined
        ? ['after the last chunk of the body', 'something was sent behind the body']
        : ['after a request without Content-Length, which announces no body', 'Content-Length is missing'];
  const detail =
    `Bytes came ${where}, and they are no further request: ${shown(bytes)}; ` +
    `the request before has been answered by itself. Perhaps ${cause}, or a byte was sent after the body, such as the 0 at the end of a text`;
  return new ProblemError('BAD_REQUEST', detail);
}

/** Returns the bytes from the place on where no request begins; a part that reads like a method belongs to them. */
function unreadBytes({ code, rawPacket = NOTHING, bytesParsed = 0 }: ClientError): Buffer {
  const bytes = Buffer.from(rawPacket as Buffer);
  // The parser counts the first byte after the end of a connection as read.
  const place = code === 'HPE_CLOSED_CONNECTION' ? bytesParsed - 1 : bytesParsed;
  const isMethod = place < SHOWN_BYTES && /^[A-Z-]*$/.test(bytes.toString('latin1', 0, place));
  return bytes.subarray(isMethod ? 0 : place);
}

/** Quotes bytes; those that are no visible ASCII are written as \xNN. */
function shown(bytes: Buffer): string {
  const text = bytes
    .toString('latin1', 0, SHOWN_BYTES)
    .replace(/[^ -~]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${text}"${bytes.length > SHOWN_BYTES ? '…' : ''}`;
}
