import { normalizeIp } from '@nestjs/throttler';
import { LRUCache } from 'lru-cache';

/** Cached, since parsing an address takes longer than the rest of the throttle. */
const networks = new LRUCache<string, string>({ max: 10_000 });

/**
 * The key by which limits identify an anonymous client: its IPv4 address, or the /64 network of its IPv6 address,
 * since a host commonly owns a whole /64.
 * @param address as in `request.gate`; empty when the connection has none (a Unix socket) or is already closed
 */
export function clientAddress(address: string): string {
  if (!address.includes(':')) return address || 'unknown';
  let network = networks.get(address);
  if (network === undefined) networks.set(address, (network = normalizeIp(address)));
  return network;
}
