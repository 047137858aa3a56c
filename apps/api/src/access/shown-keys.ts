import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { accessUnavailable, unauthorized } from './access-errors';
import { DeviceKeyRing, type KeyRefusal } from './device-key-ring';
import { RequestLimits } from './request-limits';

/** Says how a key is shown, in a refusal of a request that shows none. */
export const HOW_TO_SHOW = '"Authorization: Bearer dw_…" or "X-API-Key"';

/** What somebody is told whose key is not valid. */
export const KEY_REFUSALS: Readonly<Record<KeyRefusal, string>> = {
  unknown: 'The key is unknown',
  revoked: 'The key has been revoked',
  expired: 'The key has expired',
};

export const bearerOf = ({ authorization }: IncomingHttpHeaders): string | undefined =>
  authorization !== undefined && /^bearer /i.test(authorization) ? authorization.slice(7).trim() : undefined;

/** A proxy may have put credentials of its own into `Authorization`; then `X-API-Key` counts. */
export const keyOf = (headers: IncomingHttpHeaders): string | undefined => {
  const header = headers['x-api-key'];
  return bearerOf(headers) ?? (Array.isArray(header) ? header[0] : header);
};

/** Counts the headers that carry a key; Node joins them to one. */
const keyHeaders = ({ rawHeaders }: IncomingMessage): number =>
  rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'x-api-key').length;

/** Refuses the keys that open nothing, and counts them: they may be guesses. */
@Injectable()
export class ShownKeys {
  constructor(
    private readonly keys: DeviceKeyRing,
    private readonly limits: RequestLimits,
  ) {}

  /**
   * Refuses a request whose key nobody could check.
   *
   * @throws ProblemError 503 until the keys have been read, 401 if several keys were shown
   */
  async requireOne(request: IncomingMessage, address: string): Promise<void> {
    if (!this.keys.isLoaded) throw accessUnavailable('Keys are not loaded yet');
    const count = keyHeaders(request);
    if (count > 1 && bearerOf(request.headers) === undefined)
      await this.fail(address, `The header "X-API-Key" came ${count} times; allowed: once`);
  }

  /** @throws ProblemError 401, or 429 when the address has failed too often */
  async fail(address: string, detail: string): Promise<never> {
    await this.limits.takeFailure(address);
    throw unauthorized(detail);
  }
}
