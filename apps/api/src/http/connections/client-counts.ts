import { networkOf } from '../network';

/**
 * Counts how much of something each network has at the moment: connections, or requests under way. An IPv6 network is a
 * /64.
 */
export class ClientCounts {
  private readonly counts = new Map<string, number>();

  /** @param max how much one network may have at a time */
  constructor(private readonly max: number) {}

  /**
   * Counts one more for an address.
   *
   * @returns its network, to be given back later; null if it already has as much as it may
   */
  take(address: string): string | null {
    const network = networkOf(address);
    const count = this.counts.get(network) ?? 0;
    if (count >= this.max) return null;
    this.counts.set(network, count + 1);
    return network;
  }

  /** @param network the one that {@link take} has returned */
  give(network: string): void {
    const count = (this.counts.get(network) ?? 0) - 1;
    if (count > 0) this.counts.set(network, count);
    else this.counts.delete(network);
  }
}
