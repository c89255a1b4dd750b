import { randomInt } from 'node:crypto';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BusinessRuleProblem } from '@gatehouse/http';
import { ProcessBus } from '@gatehouse/process-bus';
import type { ClientSocket } from '@gatehouse/sockets';

export const USE_ROOMS = 'realtime.use-rooms';

const CHANNEL = 'realtime_rooms';
const MAX_ROOMS = 20;
/** Of one room at one process. */
const MAX_MEMBERS = 1_000;
/** Bound of the numbers of clients, so large that no two clients of any process have the same. */
const MAX_CLIENT_ID = 2 ** 48 - 1;

/** What every process tells the members of a room that are connected to it. */
interface Notice {
  event: 'say' | 'leave';
  room: string;
  data: string;
}

interface Client {
  id: number;
  rooms: Set<string>;
}

/**
 * Rooms whose members may be connected to different processes. What is said goes through PostgreSQL to all processes,
 * including the speaker's own, so all members see it in the same order.
 */
@Injectable()
export class Rooms implements OnModuleInit {
  private readonly logger = new Logger(Rooms.name);
  private readonly members = new Map<string, Set<ClientSocket>>();
  private readonly clients = new WeakMap<ClientSocket, Client>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly bus: ProcessBus,
  ) {}

  onModuleInit(): void {
    this.bus.listen(
      CHANNEL,
      (payload) => this.tell(JSON.parse(payload) as Notice),
      // Clients are told by the registry of sockets that they may have missed something.
      () => undefined,
    );
  }

  /** @returns the number under which the members of the room see the client; the same in all rooms */
  join(room: string, socket: ClientSocket): { room: string; clientId: number } {
    // Nobody would take it out again.
    if (!socket.isOpen) throw new BusinessRuleProblem('The connection is closed');
    const client = this.clientOf(socket);
    const members = this.members.get(room) ?? new Set();
    if (!client.rooms.has(room)) {
      if (client.rooms.size >= MAX_ROOMS)
        throw new BusinessRuleProblem(`A connection may be in ${MAX_ROOMS} rooms at once`);
      if (members.size >= MAX_MEMBERS) throw new BusinessRuleProblem('The room is full');
      client.rooms.add(room);
      this.members.set(room, members.add(socket));
    }
    return { room, clientId: client.id };
  }

  async say(room: string, text: string, socket: ClientSocket): Promise<void> {
    const { id } = this.memberOf(room, socket);
    await this.publish([{ event: 'say', room, data: `Client #${id}: ${text}` }]);
  }

  async leave(room: string, socket: ClientSocket): Promise<void> {
    const { id } = this.memberOf(room, socket);
    this.remove(room, socket);
    await this.publish([departure(room, id)]);
  }

  /** Takes a client that has disconnected out of its rooms. */
  async drop(socket: ClientSocket): Promise<void> {
    const { id, rooms } = this.clientOf(socket);
    const notices = [...rooms].map((room) => departure(room, id));
    for (const room of rooms) this.remove(room, socket);
    try {
      if (notices.length > 0) await this.publish(notices);
    } catch (error) {
      this.logger.warn(`Members of rooms were not told that a client has left: ${(error as Error).message}`);
    }
  }

  private clientOf(socket: ClientSocket): Client {
    let client = this.clients.get(socket);
    if (!client) this.clients.set(socket, (client = { id: randomInt(1, MAX_CLIENT_ID), rooms: new Set() }));
    return client;
  }

  private memberOf(room: string, socket: ClientSocket): Client {
    const client = this.clientOf(socket);
    if (!client.rooms.has(room)) throw new BusinessRuleProblem('Join the room first');
    return client;
  }

  private remove(room: string, socket: ClientSocket): void {
    this.clientOf(socket).rooms.delete(room);
    const members = this.members.get(room)!;
    members.delete(socket);
    if (members.size === 0) this.members.delete(room);
  }

  private async publish(notices: readonly Notice[]): Promise<void> {
    await this.dataSource.query('SELECT pg_notify($1, notice) FROM unnest($2::text[]) AS notice', [
      CHANNEL,
      notices.map((notice) => JSON.stringify(notice)),
    ]);
  }

  private tell(notice: Notice): void {
    const text = JSON.stringify(notice);
    for (const socket of this.members.get(notice.room) ?? [])
      socket.pushText(text, (caller) => caller.can(USE_ROOMS));
  }
}

function departure(room: string, id: number): Notice {
  return { event: 'leave', room, data: `Client #${id} disconnected` };
}
