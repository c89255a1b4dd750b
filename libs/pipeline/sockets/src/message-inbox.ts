import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { MessageRequest, NotFoundProblem, reportProblem } from '@gatehouse/http';
import { logScope } from '@gatehouse/text';
import type { EdgeLimit } from '@gatehouse/throttle';
import { type ClientSocket, closeCodes } from './client-socket.js';
import { type ClientMessage, parseMessage } from './parse-message.js';

/** Passes a message through the gate to its handler, whose results are the answers. */
export type Handle = (data: unknown, request: MessageRequest) => Observable<object | null | undefined>;

/**
 * The messages of one socket, which are handled in turn: their order is kept, and a client that sends many takes up
 * no more than one that waits for each answer. Each counts for the edge limit of the client's address.
 */
export class MessageInbox {
  /** By event. */
  readonly handlers = new Map<string, Handle>();
  private waiting: Buffer[] = [];

  constructor(
    private readonly socket: ClientSocket,
    private readonly edge: EdgeLimit,
  ) {
    socket.on('message', (data, isBinary) => this.receive(data as Buffer, isBinary));
  }

  private receive(data: Buffer, isBinary: boolean): void {
    this.socket.isAlive = true;
    if (isBinary) this.socket.close(closeCodes.unsupportedData, 'Messages must be text');
    else if (this.waiting.push(data) === 1) void this.work();
  }

  /** Reads on when everything that has arrived is handled, and lets other clients take turns. */
  private async work(): Promise<void> {
    this.socket.pause();
    while (this.waiting.length > 0 && this.socket.isOpen) {
      await this.handle(this.waiting[0]!.toString());
      this.waiting.shift();
      if (this.waiting.length > 0) await nextTurn();
    }
    this.waiting = [];
    this.socket.resume();
  }

  private handle(text: string): Promise<void> {
    const { socket } = this;
    const requestId = `${socket.id}.${++socket.messages}`;
    return logScope.run({ requestId }, () =>
      new Exchange(socket, requestId).run(text, this.handlers, this.edge),
    );
  }
}

/** One message and its answers. */
class Exchange {
  private readonly request: MessageRequest;
  private message: ClientMessage | undefined;
  private isAnswered = false;

  constructor(
    private readonly socket: ClientSocket,
    id: string,
  ) {
    this.request = new MessageRequest(id, socket.origin, socket.headers, (error) => this.refuse(error));
  }

  async run(text: string, handlers: ReadonlyMap<string, Handle>, edge: EdgeLimit): Promise<void> {
    try {
      await edge.before(this.request as unknown as FastifyRequest);
      this.message = parseMessage(text);
      const { event, data, id } = this.message;
      const handle = handlers.get(event);
      if (!handle) throw new NotFoundProblem('There is no such event');
      await handle(data, this.request).forEach((result) => result && this.answer(result));
      if (id !== undefined && !this.isAnswered) this.answer({ event });
    } catch (error) {
      this.refuse(error);
    }
  }

  private refuse(error: unknown): void {
    const { request } = this;
    const problem = reportProblem(error, request as unknown as FastifyRequest);
    const retryAfter = problem.headers['retry-after'];
    const document = problem.toDocument(request.url, request.id);
    this.answer({
      event: 'error',
      data: { ...document, ...(retryAfter !== undefined && { retryAfter: Number(retryAfter) }) },
    });
  }

  private answer(answer: object): void {
    const id = this.message?.id;
    this.isAnswered = true;
    this.socket.answer(id === undefined ? answer : { ...answer, id });
  }
}
