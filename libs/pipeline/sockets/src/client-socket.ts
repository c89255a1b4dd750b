import type { IncomingHttpHeaders } from 'node:http';
import { WebSocket } from 'ws';
import type { MessageOrigin, Principal } from '@gatehouse/http';

/** Bytes that may wait for a client to read them. */
const MAX_BUFFERED = 1024 * 1024;

/** Codes of the close frame (RFC 6455, section 7.4); 4401 is the 401 of HTTP. */
export const closeCodes = { goingAway: 1001, unsupportedData: 1003, unauthenticated: 4401 } as const;

/** Who uses a socket. */
export interface Identity {
  caller: Principal;
  /** Finds out again, since the credentials may have ended. @throws Problem when they have */
  verify(): Promise<Principal | undefined>;
}

/** Whether a caller may be told something, at the moment at which it is sent. */
type Audience = (caller: Principal) => boolean;

interface Push {
  text: string;
  audience: Audience | undefined;
}

/** The WebSocket of a client, as `@ConnectedSocket()` gives it. */
export class ClientSocket extends WebSocket {
  /** Id of the request that opened it; its messages are numbered after it. */
  id: string;
  origin: MessageOrigin;
  /** Credentials of the connection, and the headers by which they are judged. */
  headers: IncomingHttpHeaders;
  /** `undefined` until the client has authenticated. */
  identity: Identity | undefined;
  readonly openedAt = performance.now();
  messages = 0;
  /** Whether the client has answered since the last heartbeat. */
  isAlive = true;
  /** Ends the socket when its time is over. */
  timer: NodeJS.Timeout | undefined;

  /** What waits until it is certain that the credentials are still valid. */
  private held: Push[] | undefined;
  private heldBytes = 0;

  get isOpen(): boolean {
    return this.readyState === WebSocket.OPEN;
  }

  get caller(): Principal | undefined {
    return this.identity?.caller;
  }

  /**
   * Sends an event, unless the client has lost its credentials in the meantime. A client that does not read what it
   * is sent is cut off.
   * @param audience whether the caller may be told of it; by default everybody, even if anonymous
   */
  push(event: string, data: unknown, audience?: Audience): void {
    this.pushText(JSON.stringify({ event, data }), audience);
  }

  /** As {@link push}, for an event that is serialised once for many clients. */
  pushText(text: string, audience?: Audience): void {
    if (!this.held) return this.write({ text, audience });
    this.heldBytes += text.length;
    if (this.heldBytes > MAX_BUFFERED) this.terminate();
    else this.held.push({ text, audience });
  }

  /** Answers a message. */
  answer(message: object): void {
    this.write({ text: JSON.stringify(message), audience: undefined });
  }

  /** Keeps back what is pushed from now on. */
  hold(): void {
    this.held ??= [];
  }

  /** Sends what was kept back. */
  release(): void {
    const held = this.held ?? [];
    this.held = undefined;
    this.heldBytes = 0;
    for (const push of held) this.write(push);
  }

  private write({ text, audience }: Push): void {
    if (!this.isOpen) return;
    if (audience && !(this.caller && audience(this.caller))) return;
    if (this.bufferedAmount > MAX_BUFFERED) this.terminate();
    else this.send(text);
  }
}
