import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { compile } from '@fastify/proxy-addr';
import { normalAddress } from './client-address.js';

/** Limits for slow or hostile clients. Tests set shorter times. */
export const connectionLimits = {
  /** Milliseconds for receiving the head of a request. */
  headMs: 30_000,
  /** Milliseconds without a byte read or written, while a request is received or answered. */
  stalledMs: 60_000,
  /** Milliseconds for which the rest of a body is discarded after the request is answered. */
  lingerMs: 2_000,
  /** Open connections per address, except for trusted proxies. */
  perAddress: 1_000,
  /** Open connections in total. */
  total: 20_000,
};

/**
 * Closes stalled connections, and refuses connections over the limits. The total duration of a request is not
 * limited: an import may take hours as long as bytes arrive.
 * @param proxies proxies whose connections are not counted per address, as in `TRUST_PROXY`
 * @param clientOf key by which the connections of a client are counted, by its address
 * @param perAddress open connections per client
 */
export function guardConnections(
  server: Server,
  proxies: readonly string[],
  clientOf: (address: string) => string,
  perAddress = connectionLimits.perAddress,
): void {
  const { headMs, stalledMs, total } = connectionLimits;
  const isTrusted = proxies.length > 0 ? compile([...proxies]) : () => false;
  const open = new Map<string, number>();

  server.headersTimeout = headMs;
  server.requestTimeout = 0;
  // Node checks how much of a write is still pending, so that a slow reader does not count as stalled.
  server.setTimeout(stalledMs);
  server.maxConnections = total;
  server.on('connection', endUnreadWrites(server));
  server.on('connection', (socket: Socket) => {
    const address = normalAddress(socket.remoteAddress ?? '') ?? '';
    if (address === '' || isTrusted(address, 0)) return;
    const client = clientOf(address);
    const count = (open.get(client) ?? 0) + 1;
    if (count > perAddress) {
      socket.destroy();
      return;
    }
    open.set(client, count);
    socket.once('close', () => {
      const left = open.get(client)! - 1;
      if (left > 0) open.set(client, left);
      else open.delete(client);
    });
  });
  server.on('request', endUnread);
  deferContinue(server);
}

/**
 * Watches the writes of each connection, since every byte that the client sends restarts Node's socket timeout: a
 * pipelined request that drips, or messages of a WebSocket, would keep a client connected that reads nothing.
 */
function endUnreadWrites(server: Server): (socket: Socket) => void {
  const { stalledMs } = connectionLimits;
  const open = new Map<Socket, { written: string; since: number }>();
  const checks = setInterval(() => {
    const now = performance.now();
    for (const [socket, state] of open) {
      const { bytesWritten, writableLength } = socket;
      const pending = pendingBytes(socket);
      // Bytes that are written as a whole, and the rest of the write in progress.
      const written = `${bytesWritten - writableLength} ${pending}`;
      if (pending === 0 || written !== state.written) open.set(socket, { written, since: now });
      else if (now - state.since >= stalledMs) socket.destroy();
    }
  }, stalledMs / 4).unref();
  server.once('close', () => clearInterval(checks));
  return (socket) => {
    open.set(socket, { written: '', since: 0 });
    socket.once('close', () => open.delete(socket));
  };
}

/** Bytes of the write in progress that the system has not taken, as Node's own timeout reads them. */
function pendingBytes(socket: Socket): number {
  const { _handle: handle } = socket as { _handle?: { writeQueueSize?: number } };
  return handle?.writeQueueSize ?? 0;
}

/** Closes the connection of an answered request whose body does not end. */
function endUnread(request: IncomingMessage, response: ServerResponse): void {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  if (length === undefined && coding === undefined) return;
  response.once('finish', () => {
    if (request.complete) return;
    setTimeout(() => request.complete || request.socket.destroy(), connectionLimits.lingerMs).unref();
  });
}

const expecting = new WeakMap<IncomingMessage, ServerResponse>();

/** Defers the response to `Expect: 100-continue` until {@link sendContinue}; Node would send it before any check. */
function deferContinue(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    expecting.set(request, response);
    // After a refusal, the client may omit the body or still send it; only a new connection is unambiguous.
    response.shouldKeepAlive = false;
    server.emit('request', request, response);
  });
  // Node would refuse an unknown expectation itself, without the gate and its headers.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

/** Asks a waiting client to send the body. Call it right before reading the body. */
export function sendContinue(request: IncomingMessage): void {
  const response = expecting.get(request);
  if (!response || response.headersSent) return;
  expecting.delete(request);
  response.shouldKeepAlive = true;
  response.writeContinue();
}
