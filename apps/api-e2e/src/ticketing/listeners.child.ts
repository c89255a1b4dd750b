import { connect, type Socket } from 'node:net';

/** State of one client of server-sent events. */
interface Listener {
  events: number;
  used: number;
  wentBack: boolean;
  last: string;
  rest: string;
}

export interface Report {
  open: number;
  /** Listeners that have received an event. */
  told: number;
  wentBack: number;
  events: number;
  /** Number of listeners by the last event received. */
  last: Record<string, number>;
}

const listeners: Listener[] = [];
const sockets = new Set<Socket>();

/** Reads the `data: ` lines of a chunked response; other lines are framing. */
function read(listener: Listener, chunk: string): void {
  const lines = (listener.rest + chunk).split('\n');
  listener.rest = lines.pop()!;
  for (const line of lines.filter((text) => text.startsWith('data: '))) {
    listener.last = line.slice('data: '.length);
    const { used } = JSON.parse(listener.last) as { used: number };
    if (used < listener.used) listener.wentBack = true;
    listener.used = used;
    listener.events++;
  }
}

async function open(port: number, path: string): Promise<void> {
  const listener: Listener = { events: 0, used: 0, wentBack: false, last: '', rest: '' };
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  sockets.add(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject).once('close', () => sockets.delete(socket));
    socket.on('data', (chunk: string) => {
      read(listener, chunk);
      if (listener.events > 0) resolve();
    });
    socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/event-stream\r\n\r\n`);
  });
  listeners.push(listener);
}

function report(): Report {
  const last: Record<string, number> = {};
  for (const listener of listeners) last[listener.last] = (last[listener.last] ?? 0) + 1;
  return {
    open: sockets.size,
    told: listeners.length,
    wentBack: listeners.filter(({ wentBack }) => wentBack).length,
    events: listeners.reduce((sum, { events }) => sum + events, 0),
    last,
  };
}

/** `{port, path, count}` opens listeners; every message, also `{}`, is answered with a report. */
process.on('message', async ({ port, path, count = 0 }: { port: number; path: string; count?: number }) => {
  const batch = 100;
  for (let left = count; left > 0; left -= batch)
    await Promise.all(Array.from({ length: Math.min(batch, left) }, () => open(port, path)));
  process.send!(report());
});
