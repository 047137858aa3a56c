import type { IncomingMessage } from 'node:http';
import { clientAddressOf } from './client-address';

const request = (remoteAddress: string | undefined, forwardedFor?: string) =>
  ({
    socket: { remoteAddress },
    headers: { ...(forwardedFor !== undefined && { 'x-forwarded-for': forwardedFor }) },
  }) as unknown as IncomingMessage;

describe(clientAddressOf, () => {
  it('believes nobody where no proxy is trusted', () => {
    expect(clientAddressOf([])(request('192.0.2.1', '198.51.100.7'))).toBe('192.0.2.1');
  });

  it('takes the last address that no trusted proxy has, whatever the client wrote before it', () => {
    const addressOf = clientAddressOf(['127.0.0.1', '10.0.0.0/8']);
    expect(addressOf(request('127.0.0.1', '203.0.113.9, 198.51.100.7, 10.1.2.3'))).toBe('198.51.100.7');
    expect(addressOf(request('192.0.2.1', '198.51.100.7'))).toBe('192.0.2.1');
    expect(addressOf(request('127.0.0.1'))).toBe('127.0.0.1');
  });

  it('returns a text for a connection that has ended', () => {
    expect(clientAddressOf(['127.0.0.1'])(request(undefined))).toBe('');
  });
});
