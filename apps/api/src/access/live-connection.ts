import type { IncomingMessage } from 'node:http';

/** As much of an Engine.IO connection as is needed to end it: there is one below each socket, and before there is a socket. */
export interface LiveConnection {
  readonly request: IncomingMessage;
  readonly transport: unknown;
  close: (discard?: boolean) => unknown;
  once: (event: 'close', listener: () => void) => unknown;
}

/** As much of the WebSocket below a connection as is needed here. */
export interface WebSocketOfTransport {
  readonly bufferedAmount?: number;
  terminate?: () => void;
}

/** The WebSocket of a connection; `undefined` where it goes by polling. */
export const webSocketOf = ({ transport }: Pick<LiveConnection, 'transport'>) =>
  (transport as { socket?: WebSocketOfTransport }).socket;

/** Ends a connection whose other end may not read any more: a farewell would only wait behind the rest. */
export function endAtOnce(connection: LiveConnection): void {
  const webSocket = webSocketOf(connection);
  connection.close(true);
  webSocket?.terminate?.();
}
