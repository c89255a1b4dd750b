import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIPv4, isIPv6 } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Logger } from '@nestjs/common';
import { compile } from '@fastify/proxy-addr';

/** Maximum number of proxies in a row; a longer list is forged by a client. */
const MAX_PROXIES = 32;

const PROTOCOL = /^[\s,]*(https?)\s*(?:,|$)/i;

/** Longer than any address in any notation. */
const MAX_LENGTH = 100;

/** An address as proxies write it, optionally with quotes, brackets and a port. */
const WRITTEN = /^"?(?:\[([^\]]*)\](?::\d+)?|([\d.]+|[^"[\]]*\.\d+)(?::\d+)?|([^"[\]]*))"?$/;

/**
 * Returns the canonical spelling of an IP address: IPv4 without leading zeros, IPv6 as in RFC 5952, without port and
 * zone.
 * @returns `undefined` for anything else, such as `unknown` or `_hidden` (RFC 7239, section 6)
 */
export function normalAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (text.length > MAX_LENGTH) return undefined;
  const [, bracketed, dotted, bare] = WRITTEN.exec(text) ?? [];
  const address = (bracketed ?? dotted ?? bare ?? '').replace(/%.*$/, '');
  const ipv4 = address.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/(?<!\d)0+(?=\d)/g, '');
  if (isIPv4(ipv4)) return ipv4;
  if (!isIPv6(address)) return undefined;
  const ipv6 = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(ipv6);
  return mapped ? toIPv4(mapped[1]!, mapped[2]!) : ipv6;
}

function toIPv4(high: string, low: string): string {
  const [a, b] = [parseInt(high, 16), parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}

/** How a client reached the server, or the first trusted proxy in front of it. */
export interface Arrival {
  /** Address of the client; empty when the connection has none (a Unix socket) or is closed. */
  address: string;
  protocol: 'http' | 'https';
  /** As sent, including the port if any. */
  host: string;
}

/**
 * Determines the client of a request, including requests that the router refuses, for which Fastify itself trusts no
 * proxy. Reduces `X-Forwarded-For` and `X-Forwarded-Proto` to the result, so that later readers (`request.ip`,
 * `request.protocol`) agree with it.
 */
export class ClientAddresses {
  private readonly logger = new Logger(ClientAddresses.name);
  private readonly isTrusted: (address: string, hop: number) => boolean;
  private warned = false;

  /** @param proxies addresses, ranges and names as in `TRUST_PROXY` */
  constructor(proxies: readonly string[]) {
    this.isTrusted = proxies.length > 0 ? compile([...proxies]) : () => false;
  }

  /**
   * Follows the trusted proxies from the connection backwards, each reporting the one before it. A proxy that reports
   * an invalid address counts as the client itself. `Forwarded` (RFC 7239) is not read.
   */
  of({ socket, headers }: IncomingMessage): Arrival {
    const address = normalAddress(socket?.remoteAddress ?? '') ?? '';
    const protocol = socket instanceof TLSSocket ? 'https' : 'http';
    const arrival: Arrival = { address, protocol, host: headers.host ?? '' };
    if (this.isTrusted(address, 0)) this.believe(headers, arrival);
    return arrival;
  }

  private believe(headers: IncomingHttpHeaders, arrival: Arrival): void {
    const {
      'x-forwarded-for': forwarded,
      'x-forwarded-host': host,
      'x-forwarded-proto': protocol,
    } = headers as Record<string, string | undefined>;
    // The first of several protocols is the client's; the others are used between proxies.
    if (protocol !== undefined) {
      const first = PROTOCOL.exec(protocol)?.[1]!.toLowerCase() as Arrival['protocol'] | undefined;
      headers['x-forwarded-proto'] = first;
      arrival.protocol = first ?? arrival.protocol;
    }
    if (host) arrival.host = host.slice(host.lastIndexOf(',') + 1).trim();
    if (forwarded !== undefined)
      headers['x-forwarded-for'] = arrival.address = this.follow(arrival.address, forwarded);
  }

  private follow(peer: string, list: string): string {
    let address = peer;
    let end = list.length;
    for (let hop = 0; end > 0 && hop < MAX_PROXIES && this.isTrusted(address, hop); hop++) {
      const start = list.lastIndexOf(',', end - 1) + 1;
      const element = list.slice(start, end).trim();
      end = start - 1;
      if (element === '') continue;
      const next = normalAddress(element);
      if (next === undefined) {
        this.warn(address, element);
        return address;
      }
      address = next;
    }
    return address;
  }

  private warn(proxy: string, element: string): void {
    if (this.warned) return;
    this.warned = true;
    this.logger.warn(
      `The proxy at ${proxy} sends an X-Forwarded-For with ${JSON.stringify(element.slice(0, 60))}, which is not an ` +
        'address: all its clients are counted under the address of the proxy',
    );
  }
}
