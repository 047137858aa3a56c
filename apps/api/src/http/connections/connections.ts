import type { Socket } from 'node:net';
import { RepeatedWarning } from '@drivewatch/redis';
import proxyAddr from '@fastify/proxy-addr';
import { Logger } from '@nestjs/common';
import { ProblemError } from '../problem-error';
import { closeWithProblem } from '../raw-answer';
import { ClientCounts } from './client-counts';
import type { ConnectionLimits } from './connection-limits';

const RETRY_AFTER_SECONDS = 10;
/** Why a connection was not accepted: its address has too many, or the process has. */
export type ConnectionRefusal = 'address' | 'total';

/** The connections of this process, whatever is asked on them. Those beyond the limits are closed as they arrive. */
export class Connections {
  readonly refused: Record<ConnectionRefusal, number> = { address: 0, total: 0 };
  private readonly counts: ClientCounts;
  private readonly isTrusted: ReturnType<typeof proxyAddr.compile>;
  private readonly warning = new RepeatedWarning(new Logger(Connections.name));
  private readonly tooMany: ProblemError;
  private held = 0;

  /** @param trustedProxies addresses and ranges, whose connections carry the requests of many clients */
  constructor(
    readonly limits: ConnectionLimits,
    trustedProxies: readonly string[],
  ) {
    this.counts = new ClientCounts(limits.perAddress);
    this.isTrusted = proxyAddr.compile([...trustedProxies]);
    const detail = `Too many connections from this address; allowed: ${limits.perAddress} at a time`;
    this.tooMany = new ProblemError('RATE_LIMITED', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS });
  }

  get open(): number {
    return this.held;
  }

  /** Accepts a new connection, or closes it. */
  admit(socket: Socket): void {
    const { remoteAddress } = socket;
    // The connection is gone already.
    if (remoteAddress === undefined) return;
    if (this.held >= this.limits.inAll) {
      // Not even an answer is sent: there may be a flood of them, and each would hold a descriptor until it has been
      // sent.
      socket.destroy();
      this.refuse('total', `${this.held} connections are open, which is the limit (MAX_CONNECTIONS)`);
      return;
    }
    const network = this.isProxy(remoteAddress) ? undefined : this.counts.take(remoteAddress);
    if (network === null) {
      closeWithProblem(socket, this.tooMany);
      this.refuse(
        'address',
        `${remoteAddress} has ${this.limits.perAddress} connections, more are refused ` +
          '(MAX_CONNECTIONS_PER_ADDRESS; a proxy belongs in TRUST_PROXY)',
      );
      return;
    }
    this.held += 1;
    socket.once('close', () => {
      this.held -= 1;
      if (network !== undefined) this.counts.give(network);
    });
  }

  private refuse(reason: ConnectionRefusal, warning: string): void {
    this.refused[reason] += 1;
    this.warning.say(warning);
  }

  private isProxy(address: string): boolean {
    // The zone of a link-local address is not part of its range.
    const [plain = address] = address.split('%', 1);
    return this.isTrusted(plain, 0);
  }
}
