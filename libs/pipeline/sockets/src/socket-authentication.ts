import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { CredentialSchemes } from '@gatehouse/authentication';
import { type MessageOrigin, MessageRequest, type Principal } from '@gatehouse/http';
import type { ClientSocket } from './client-socket.js';
import { Sockets } from './sockets.js';

/** Headers that carry credentials. */
const CREDENTIALS = ['authorization', 'x-api-key', 'cookie'];
/** Headers by which credentials are judged, or that are recorded with their use. */
const CONTEXT = ['origin', 'sec-fetch-site', 'user-agent'];

const pick = (headers: IncomingHttpHeaders, names: readonly string[]): IncomingHttpHeaders =>
  Object.fromEntries(names.filter((name) => name in headers).map((name) => [name, headers[name]]));

/** Identifies the clients of sockets by the schemes of HTTP. */
@Injectable()
export class SocketAuthentication {
  constructor(
    private readonly schemes: CredentialSchemes,
    private readonly sockets: Sockets,
  ) {}

  /** The headers of a request that its socket keeps. */
  headersOf(headers: IncomingHttpHeaders): IncomingHttpHeaders {
    return pick(headers, [...CREDENTIALS, ...CONTEXT]);
  }

  /**
   * Finds the caller of a request that opens a socket.
   * @param rawHeaders as Node received them
   * @throws UnauthenticatedProblem; ForbiddenProblem for a cookie from another site
   */
  async callerOf(
    origin: MessageOrigin,
    headers: IncomingHttpHeaders,
    rawHeaders?: readonly string[],
  ): Promise<Principal | undefined> {
    const request = new MessageRequest('', origin, headers, () => undefined, rawHeaders);
    for (const scheme of this.schemes.of(this)) {
      const caller = await scheme.authenticate(request as never);
      if (caller) return caller;
    }
    return undefined;
  }

  /** Replaces the credentials of a socket by a token. @throws Problem and keeps them when the token is refused */
  async authenticate(socket: ClientSocket, token: string): Promise<Principal> {
    // Tokens are JWTs, which consist of three parts; keys contain no dot.
    const credentials = token.includes('.') ? { authorization: `Bearer ${token}` } : { 'x-api-key': token };
    const headers = { ...pick(socket.headers, CONTEXT), ...credentials };
    const caller = (await this.callerOf(socket.origin, headers))!;
    if (!socket.isOpen) return caller;
    if (!socket.caller) socket.once('close', this.sockets.takeOf(caller.id));
    this.enter(socket, caller, headers);
    return caller;
  }

  /** Tells the registry of sockets who uses one. */
  enter(socket: ClientSocket, caller: Principal, headers: IncomingHttpHeaders): void {
    this.sockets.identify(socket, { caller, verify: () => this.callerOf(socket.origin, headers) });
    socket.headers = headers;
  }
}
