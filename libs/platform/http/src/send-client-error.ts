import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { CorsMiddleware } from './cors.middleware.js';
import { Problem } from './problem.js';
import { securityHeaders } from './security-headers.middleware.js';

const LINGER_MS = 1000;

/**
 * Answers requests that Node's HTTP parser refuses, as Fastify's `clientErrorHandler`. The problem has no `instance`,
 * since the target is unknown.
 */
export function sendClientError(error: NodeJS.ErrnoException, socket: Socket, cors: CorsMiddleware): void {
  // Further bytes of a refused client raise an error each time.
  if (socket.writableEnded) return;
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const corsHeaders = cors.headersFor(originOf(error, socket));
  socket.end(messageOf(problemOf(error.code), isHead(error), corsHeaders));
  // Closing immediately would reset the connection before a sending client has read the response.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/**
 * Whether a response is in progress, into which nothing must be written. Node's own handler performs the same check.
 */
function isAnswering(socket: Socket): boolean {
  return responseOf(socket)?.headersSent ?? false;
}

function responseOf(socket: Socket): ServerResponse | null | undefined {
  return Reflect.get(socket, '_httpMessage') as ServerResponse | null | undefined;
}

/**
 * Finds the Origin header in what was read: a request that is complete except for its body, or the bytes that could
 * not be parsed.
 */
function originOf(error: Error, socket: Socket): string | undefined {
  const read = responseOf(socket)?.req.headers.origin;
  const bytes = Reflect.get(error, 'rawPacket') as Buffer | undefined;
  return read ?? /\r\norigin:[ \t]*([\x21-\x7e]+)/i.exec(bytes?.toString('latin1') ?? '')?.[1];
}

/**
 * Whether it is a HEAD request, judging by the last bytes of the parser: a request line in an earlier packet is lost.
 */
function isHead(error: object): boolean {
  const packet: unknown = Reflect.get(error, 'rawPacket');
  return Buffer.isBuffer(packet) && packet.subarray(0, 5).toString('latin1') === 'HEAD ';
}

function problemOf(code: string | undefined): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('headers-too-large', 'The request line and headers are too large');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem('request-timeout', 'The request was not complete in time');
    default:
      return new Problem('malformed-request', 'The request is not valid HTTP');
  }
}

function messageOf(problem: Problem, isBodiless: boolean, corsHeaders?: Record<string, string>): string {
  const requestId = randomUUID();
  const status = problem.getStatus();
  const body = JSON.stringify(problem.toDocument('', requestId));
  const headers = {
    ...securityHeaders,
    vary: 'Origin, accept-encoding',
    ...corsHeaders,
    'x-request-id': requestId,
    'x-process-time': '0.000000',
    'cache-control': 'no-store',
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    date: new Date().toUTCString(),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${isBodiless ? '' : body}`;
}
