import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { Gatehouse } from '../gatehouse.js';
import { bearer } from '../secrets.js';

/** Sooner than the server closes an idle connection. */
const REQUEST_EVERY_MS = 50_000;
const AT_ONCE = 50;
const ROUNDS = 20;

/** Connections of clients that hardly do anything, held open until the server ends. */
export class OpenConnections {
  /** Connections and sockets that the server has closed, and requests that it did not answer with 200. */
  lost = 0;
  private readonly sockets: WebSocket[] = [];
  private readonly agents: Agent[] = [];
  private readonly asked = new WeakSet<Agent>();

  private constructor(private readonly gatehouse: Gatehouse) {
    const asking = setInterval(() => void this.askAll(), REQUEST_EVERY_MS);
    gatehouse.server.onStop(() => clearInterval(asking));
  }

  /**
   * @param idle connections that send a request every 50 seconds
   * @param sockets WebSockets in one room
   */
  static async open(gatehouse: Gatehouse, idle: number, sockets: number): Promise<OpenConnections> {
    const open = new OpenConnections(gatehouse);
    for (let n = 0; n < idle; n++) open.agents.push(new Agent({ keepAlive: true, maxSockets: 1 }));
    await open.askAll();
    for (let n = 0; n < sockets; n += AT_ONCE)
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, sockets - n) }, () => open.connect()));
    return open;
  }

  /** Milliseconds from a message in a room to the arrival at the last of its members, the median of some. */
  async timeToTell(members: number): Promise<number> {
    const room = this.sockets.slice(0, members);
    await Promise.all(room.map((socket) => this.ask(socket, 'join', { room: 'bench' })));
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const heard = room.map((socket) => messageOf(socket, (text) => text.includes(`: news ${round}"`)));
      const start = performance.now();
      room[0]!.send(JSON.stringify({ event: 'say', data: { room: 'bench', text: `news ${round}` } }));
      await Promise.all(heard);
      times.push(performance.now() - start);
    }
    return times.toSorted((a, b) => a - b)[ROUNDS / 2]!;
  }

  /** Megabytes of memory that the server occupies; `undefined` without `/proc`. */
  static megabytes({ server: { pid } }: Gatehouse): number | undefined {
    if (process.platform !== 'linux') return undefined;
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
  }

  private async askAll(): Promise<void> {
    for (let n = 0; n < this.agents.length; n += AT_ONCE)
      await Promise.all(this.agents.slice(n, n + AT_ONCE).map((agent) => this.askOne(agent)));
  }

  private async askOne(agent: Agent): Promise<void> {
    const { server } = this.gatehouse;
    const asked = get(`${server.url}/health/live`, { agent }).on('error', () => undefined);
    try {
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.resume();
      await once(response, 'end');
      if (response.statusCode !== 200) this.lost++;
      // Its first request opens the connection; a later one that does so finds it closed.
      else if (asked.reusedSocket === this.isNew(agent)) this.lost++;
    } catch {
      this.lost++;
    }
  }

  private isNew(agent: Agent): boolean {
    const isNew = !this.asked.has(agent);
    this.asked.add(agent);
    return isNew;
  }

  private async connect(): Promise<void> {
    const { server, token } = this.gatehouse;
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws`, {
      headers: bearer(token),
      perMessageDeflate: false,
    });
    socket.setMaxListeners(ROUNDS);
    await once(socket, 'open');
    socket.on('close', () => this.lost++).on('error', () => undefined);
    this.sockets.push(socket);
  }

  private async ask(socket: WebSocket, event: string, data: object): Promise<void> {
    const answer = messageOf(socket, (text) => text.includes('"id":1'));
    socket.send(JSON.stringify({ event, data, id: 1 }));
    await answer;
  }
}

function messageOf(socket: WebSocket, fits: (text: string) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const hear = (data: Buffer): void => {
      if (!fits(data.toString())) return;
      socket.off('message', hear);
      resolve();
    };
    socket.on('message', hear);
  });
}
