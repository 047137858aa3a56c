import type { IncomingMessage } from 'node:http';

/**
 * The part of an Engine.IO connection that is needed to end it. Every socket has one below it, and it exists before its
 * socket does.
 */
export interface LiveConnection {
  readonly request: IncomingMessage;
  readonly transport: unknown;
  close: (discard?: boolean) => unknown;
  once: (event: 'close', listener: () => void) => unknown;
}

/** The part of the WebSocket below a connection that is needed here. */
export interface WebSocketOfTransport {
  readonly bufferedAmount?: number;
  terminate?: () => void;
}

/** Returns the WebSocket of a connection; `undefined` if the connection polls. */
export const webSocketOf = ({ transport }: Pick<LiveConnection, 'transport'>) =>
  (transport as { socket?: WebSocketOfTransport }).socket;

/** Ends a connection whose other end may have stopped reading: a farewell would only queue behind the rest. */
export function endAtOnce(connection: LiveConnection): void {
  const webSocket = webSocketOf(connection);
  connection.close(true);
  webSocket?.terminate?.();
}
