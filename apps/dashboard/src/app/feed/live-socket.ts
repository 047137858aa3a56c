import type { ClientToServerEvents, LiveHandshake, ServerToClientEvents } from '@drivewatch/contracts';
import { InjectionToken } from '@angular/core';
import { io, type Socket } from 'socket.io-client';

/** What the page hears: every event of the server, and changes of the connection. */
export interface LiveListeners extends ServerToClientEvents {
  connected: () => void;
  /** Called when a connection was lost, or an attempt to make one failed. */
  disconnected: () => void;
}

/** The part of a Socket.IO client that the feed uses. */
export interface LiveSocket {
  /** Called once, before `connect`. */
  listen(listeners: LiveListeners): void;
  connect(): void;
  close(): void;
  /** Whether it is connected or will retry by itself. */
  readonly active: boolean;
}

/** Creates a socket that is not connected yet; `handshake` is called anew for every connection. */
export type CreateLiveSocket = (handshake: () => LiveHandshake) => LiveSocket;

const RECONNECT_DELAY_MS = 500;
const RECONNECT_DELAY_MAX_MS = 5_000;

function createSocket(handshake: () => LiveHandshake): LiveSocket {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io({
    autoConnect: false,
    // Starting with WebSocket saves a round trip and needs no sticky sessions; polling helps where a proxy lets nothing
    // else through.
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: RECONNECT_DELAY_MS,
    reconnectionDelayMax: RECONNECT_DELAY_MAX_MS,
    auth: (hand) => {
      hand(handshake());
    },
  });
  return {
    listen: ({ connected, disconnected, ...server }) => {
      socket.on('connect', connected);
      socket.on('disconnect', disconnected);
      socket.on('connect_error', disconnected);
      socket.on('welcome', server.welcome);
      socket.on('alerts', server.alerts);
      socket.on('data', server.data);
      socket.on('driversRemoved', server.driversRemoved);
      socket.on('overspeeding', server.overspeeding);
      socket.on('overspeedEnd', server.overspeedEnd);
      socket.on('overspeedUnconfirmed', server.overspeedUnconfirmed);
      socket.on('overspeedConfirmed', server.overspeedConfirmed);
      socket.on('displaced', server.displaced);
    },
    connect: () => {
      socket.connect();
    },
    close: () => {
      socket.close();
    },
    get active() {
      return socket.active;
    },
  };
}

/** The socket uses the page's origin and the default path. */
export const LIVE_SOCKET = new InjectionToken<CreateLiveSocket>('LIVE_SOCKET', {
  factory: () => createSocket,
});
