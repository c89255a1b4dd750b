import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { WsAdapter } from '@nestjs/platform-ws';
import type { MessageMappingProperties } from '@nestjs/websockets';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import type { WebSocketServer } from 'ws';
import {
  type CorsMiddleware,
  ForbiddenProblem,
  isSameOrigin,
  MalformedRequestProblem,
  type MessageOrigin,
  originForm,
  pathOf,
  Problem,
  requestedPath,
  sendProblem,
} from '@gatehouse/http';
import { EdgeLimit } from '@gatehouse/throttle';
import { ClientSocket } from './client-socket.js';
import { SOCKET_PATH } from './gateway.decorator.js';
import { type Handle, MessageInbox } from './message-inbox.js';
import { SocketAuthentication } from './socket-authentication.js';
import { Sockets } from './sockets.js';

/** Options of the server (https://github.com/websockets/ws/blob/master/doc/ws.md). */
const OPTIONS = {
  WebSocket: ClientSocket,
  maxPayload: 16 * 1024,
  // Its state would take more memory than the socket itself.
  perMessageDeflate: false,
  closeTimeout: 2_000,
};

const VERSION = '13';

/**
 * Whether a request opens a WebSocket, as `shouldUpgradeCallback` of Node's server. All others are answered as if they
 * asked for no upgrade (RFC 9110, section 7.8).
 */
export function opensSocket({ method, headers, url }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['content-length'] === undefined &&
    headers['transfer-encoding'] === undefined &&
    pathOf(originForm(url ?? '')).replace(/\/$/, '') === SOCKET_PATH
  );
}

class UpgradeRequiredProblem extends Problem {
  constructor() {
    super('upgrade-required', 'This path takes WebSockets only, of version 13', {
      headers: { upgrade: 'websocket', 'sec-websocket-version': VERSION },
    });
  }
}

interface Upgrade {
  socket: Socket;
  head: Buffer;
}

/**
 * The adapter of `@nestjs/platform-ws`, with the gate in front: the request that opens a socket is routed like any
 * other, so that all middlewares see it, and messages are handled one after the other by a {@link MessageInbox}.
 */
export class SocketAdapter extends WsAdapter {
  private readonly fastify: FastifyInstance;
  private readonly sockets: Sockets;
  private readonly authentication: SocketAuthentication;
  private readonly edge: EdgeLimit;
  private readonly upgrades = new WeakMap<IncomingMessage, Upgrade>();
  private readonly inboxes = new WeakMap<ClientSocket, MessageInbox>();

  /** @param cors knows the origins whose pages may open sockets */
  constructor(
    app: NestFastifyApplication,
    private readonly cors: CorsMiddleware,
  ) {
    super(app);
    this.fastify = app.getHttpAdapter().getInstance();
    this.sockets = app.get(Sockets);
    this.authentication = app.get(SocketAuthentication);
    this.edge = app.get(EdgeLimit);
  }

  override create(port: number, options: { path?: string } = {}): WebSocketServer {
    if (port !== 0 || options.path !== SOCKET_PATH)
      throw new Error('A gateway must be declared with @SocketGateway(): others have no gate in front');
    const server = super.create(port, { ...options, ...OPTIONS }) as WebSocketServer;
    // Thrown through `handleUpgrade`; otherwise the server would send an answer of its own.
    server.on('wsClientError', (error) => {
      throw new MalformedRequestProblem(error.message);
    });
    this.fastify.get(SOCKET_PATH, (request, reply) => void this.open(server, request, reply));
    return server;
  }

  /** The socket has already been closed with the fitting code; clients must not fill the log. */
  override bindErrorHandler(server: WebSocketServer): WebSocketServer {
    return server.on('connection', (socket) => socket.on('error', () => undefined));
  }

  override bindMessageHandlers(
    socket: ClientSocket,
    handlers: MessageMappingProperties[],
    transform: (result: unknown) => Observable<object>,
  ): void {
    // Called once for each gateway.
    let inbox = this.inboxes.get(socket);
    if (!inbox) this.inboxes.set(socket, (inbox = new MessageInbox(socket, this.edge)));
    for (const { message, callback } of handlers)
      inbox.handlers.set(message as string, ((data, request) =>
        transform(callback(data, request))) satisfies Handle);
  }

  protected override ensureHttpServerExists(_port: number, server?: Server): Server | undefined {
    server!.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
      this.route(server!, request, socket, head),
    );
    return server;
  }

  /** Has a request for an upgrade handled like any other. */
  private route(server: Server, request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.on('finish', () => socket.destroySoon());
    try {
      response.assignSocket(socket);
    } catch {
      // An earlier request of this connection is still being answered.
      socket.destroy();
      return;
    }
    this.upgrades.set(request, { socket, head });
    server.emit('request', request, response);
  }

  private async open(server: WebSocketServer, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const places: (() => void)[] = [];
    try {
      const upgrade = this.upgrades.get(request.raw);
      if (!upgrade || request.headers['sec-websocket-version'] !== VERSION)
        throw new UpgradeRequiredProblem();
      this.refuseForeign(request);
      places.push(this.sockets.take(request.gate.address));
      const origin = this.originOf(request);
      const headers = this.authentication.headersOf(request.headers);
      const caller = await this.authentication.callerOf(origin, headers, request.raw.rawHeaders);
      request.gate.principal = caller;
      if (caller) places.push(this.sockets.takeOf(caller.id));
      server.handleUpgrade(request.raw, upgrade.socket, upgrade.head, (opened) => {
        const socket = Object.assign(opened as ClientSocket, { id: request.id, origin, headers });
        for (const leave of places.splice(0)) socket.once('close', leave);
        completed(reply, upgrade.socket);
        this.sockets.add(socket);
        if (caller) this.authentication.enter(socket, caller, headers);
        server.emit('connection', socket, request.raw);
      });
    } catch (error) {
      sendProblem(error, request, reply);
    }
    // Refused, or the client has disconnected in the meantime.
    for (const leave of places) leave();
  }

  private originOf(request: FastifyRequest): MessageOrigin {
    const { gate, protocol, host } = request;
    return { server: this.fastify, path: requestedPath(request), address: gate.address, protocol, host };
  }

  /** Browsers let every page open a socket, and send the cookies of this server with it. */
  private refuseForeign(request: FastifyRequest): void {
    const { origin } = request.headers;
    if (origin === undefined || isSameOrigin(request, []) || this.cors.headersFor(origin)) return;
    throw new ForbiddenProblem('Cross-site request refused');
  }
}

/** Ends the request, whose connection is now the socket's: it is logged and counted with its status, 101. */
function completed(reply: FastifyReply, socket: Socket): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(101);
  raw.detachSocket(socket);
  raw.end();
  raw.emit('close');
}
