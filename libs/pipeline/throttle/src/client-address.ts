import { normalizeIp } from '@nestjs/throttler';
import { LRUCache } from 'lru-cache';

const MAPPED_IPV4 = '::ffff:';

/** Parsing an address takes longer than the rest of the throttle. */
const networks = new LRUCache<string, string>({ max: 10_000 });

/**
 * What limits know an anonymous client by: its IPv4 address, or the /64 network of its IPv6 address, since one
 * host commonly owns a whole /64.
 *
 * @param ip `undefined` when the connection has none (a Unix socket) or is gone already
 */
export function clientAddress(ip: string | undefined): string {
  if (!ip) return 'unknown';
  if (!ip.includes(':')) return ip;
  if (ip.startsWith(MAPPED_IPV4) && ip.includes('.')) return ip.slice(MAPPED_IPV4.length);
  let network = networks.get(ip);
  if (network === undefined) networks.set(ip, (network = normalizeIp(ip)));
  return network;
}
