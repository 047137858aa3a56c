/** The Engine.IO message that asks Socket.IO for a socket; the contents of Socket.IO's `auth` follow it. */
const CONNECT = '40';
/** How an event of Socket.IO begins on the wire. */
export const EVENT = '42["';
const FIN_AND_TEXT = 0x81;
const MASKED = 0x80;
/** The length of longer messages is written differently (RFC 6455, 5.2). */
const MAX_SHORT_BYTES = 125;

/** Returns the bytes that open a live connection by WebSocket. @param headers beyond those of the protocol */
export function liveHandshake(url: string, headers: Readonly<Record<string, string>>): Buffer {
  const lines = [
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
    `Host: ${new URL(url).host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}

/**
 * Returns the bytes that ask for a socket on a live connection.
 *
 * @param auth what a page passes
 * @throws Error when that is too long
 */
export function connectPacket(auth: Readonly<Record<string, unknown>> = {}): Buffer {
  const payload = Buffer.from(CONNECT + JSON.stringify(auth));
  if (payload.length > MAX_SHORT_BYTES) throw new Error(`${payload.length} bytes are no short frame`);
  // A mask of zeros changes nothing.
  return Buffer.concat([Buffer.from([FIN_AND_TEXT, MASKED | payload.length, 0, 0, 0, 0]), payload]);
}
