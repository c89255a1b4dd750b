import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { compile } from '@fastify/proxy-addr';
import { normalAddress } from './client-address.js';

/** What clients may take up without being honest. Tests set shorter times. */
export const connectionLimits = {
  /** Milliseconds for a request's head. */
  headMs: 30_000,
  /** Milliseconds without a byte read or written, while a request is being read or answered. */
  stalledMs: 60_000,
  /** Milliseconds that the rest of a body is read and dropped once the request is answered. */
  lingerMs: 2_000,
  /** Open connections of one address, other than a trusted proxy's. */
  perAddress: 1_000,
  /** Open connections in all. */
  total: 10_000,
};

/**
 * Ends connections that do not get on, and refuses those that are too many. How long a request takes as a whole is not
 * limited: an import may go on for hours, as long as bytes come.
 *
 * @param proxies whose connections are not counted by address, as `TRUST_PROXY` has them
 * @param perAddress open connections of one address
 */
export function guardConnections(
  server: Server,
  proxies: readonly string[],
  perAddress = connectionLimits.perAddress,
): void {
  const { headMs, stalledMs, total } = connectionLimits;
  const isTrusted = proxies.length > 0 ? compile([...proxies]) : () => false;
  const open = new Map<string, number>();

  server.headersTimeout = headMs;
  server.requestTimeout = 0;
  // Node asks the system how much of a write is still waiting, so that a slow reader is not taken for one that stopped.
  server.setTimeout(stalledMs);
  server.maxConnections = total;
  server.on('connection', (socket: Socket) => {
    const address = normalAddress(socket.remoteAddress ?? '') ?? '';
    if (address === '' || isTrusted(address, 0)) return;
    const count = (open.get(address) ?? 0) + 1;
    if (count > perAddress) {
      socket.destroy();
      return;
    }
    open.set(address, count);
    socket.once('close', () => {
      const left = open.get(address)! - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
  });
  server.on('request', endUnread);
  deferContinue(server);
}

/** Closes the connection of a request that is answered, but whose body goes on and on. */
function endUnread(request: IncomingMessage, response: ServerResponse): void {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  if (length === undefined && coding === undefined) return;
  response.once('finish', () => {
    if (request.complete) return;
    setTimeout(() => request.complete || request.socket.destroy(), connectionLimits.lingerMs).unref();
  });
}

const expecting = new WeakMap<IncomingMessage, ServerResponse>();

/** Leaves `Expect: 100-continue` unanswered until {@link sendContinue}; Node would answer it before any check. */
function deferContinue(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    expecting.set(request, response);
    // Refused, the client may leave the body out or send it all the same: only a new connection is clear.
    response.shouldKeepAlive = false;
    server.emit('request', request, response);
  });
  // Node would refuse an expectation that it does not know by itself, without the gate and its headers.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

/** Asks a client that waits for it to send the body. Called by whoever is about to read it. */
export function sendContinue(request: IncomingMessage): void {
  const response = expecting.get(request);
  if (!response || response.headersSent) return;
  expecting.delete(request);
  response.shouldKeepAlive = true;
  response.writeContinue();
}
