import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectionLimits, guardConnections, sendContinue } from './connections.js';

const usual = { ...connectionLimits };
const LARGE = Buffer.alloc(32 * 1024 * 1024);

describe('guardConnections', () => {
  let server: Server;
  let port: number;
  let sockets: Socket[];

  async function start(
    limits: Partial<typeof connectionLimits>,
    proxies: string[] = [],
    clientOf = (address: string) => address,
  ): Promise<void> {
    Object.assign(connectionLimits, limits);
    server = createServer((request, response) => {
      if (request.url === '/large') return void response.end(LARGE);
      if (request.url === '/refused') return void response.writeHead(401).end('no');
      sendContinue(request);
      request.on('end', () => response.end('read')).resume();
    });
    guardConnections(server, proxies, clientOf);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as { port: number }).port;
  }

  beforeEach(() => {
    sockets = [];
  });
  afterEach(async () => {
    Object.assign(connectionLimits, usual);
    sockets.forEach((socket) => socket.destroy());
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function open(text: string, localAddress = '127.0.0.1'): Promise<Socket> {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    socket.on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(text);
    return socket;
  }

  const closed = (socket: Socket): Promise<unknown> =>
    socket.closed ? Promise.resolve() : once(socket, 'close');
  const openConnections = (): Promise<number> =>
    new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));

  it('closes the connection of a client that does not read, but not of one that reads slowly', async () => {
    await start({ stalledMs: 1_000 });
    const stalled = await open('GET /large HTTP/1.1\r\nhost: a\r\n\r\n');
    stalled.pause();
    const slow = await open('GET /large HTTP/1.1\r\nhost: a\r\n\r\n');
    let bytes = 0;
    slow.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      slow.pause();
      setTimeout(() => slow.resume(), 8);
    });
    await expect.poll(openConnections).toBe(1);
    expect(slow.closed).toBe(false);
    await expect.poll(() => bytes).toBeGreaterThanOrEqual(LARGE.length);
  });

  it('closes the connection of a client that does not read, although it sends more requests', async () => {
    await start({ stalledMs: 1_000 });
    const stalled = await open('GET /large HTTP/1.1\r\nhost: a\r\n\r\n');
    stalled.pause();
    const sending = setInterval(() => stalled.write('OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n'), 100);
    await expect.poll(openConnections, { timeout: 5_000 }).toBe(0);
    clearInterval(sending);
  });

  it('cuts off a body that continues after its request is answered', async () => {
    await start({ lingerMs: 300 });
    const socket = await open('POST /refused HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n');
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    const dripping = setInterval(() => socket.write('x'), 20);
    await closed(socket);
    clearInterval(dripping);
    expect(answer).toContain('HTTP/1.1 401');
  });

  it('keeps the connection when a refused body has fully arrived', async () => {
    await start({ lingerMs: 100 });
    const socket = await open('POST /refused HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nbody');
    await sleep(400);
    expect(socket.closed).toBe(false);
  });

  it('limits the connections of an address, but not those of a proxy', async () => {
    await start({ perAddress: 3 }, ['127.0.0.3']);
    const [first, , , fourth, other] = [
      ...(await Promise.all(Array.from({ length: 3 }, () => open('')))),
      await open(''),
      await open('', '127.0.0.2'),
    ];
    await closed(fourth!);
    for (let i = 0; i < 5; i++) await open('', '127.0.0.3');
    await sleep(100);
    expect(await openConnections()).toBe(3 + 1 + 5);
    first!.destroy();
    await expect.poll(openConnections).toBe(8);
    const next = await open('GET /refused HTTP/1.1\r\nhost: a\r\n\r\n');
    expect(String(await once(next, 'data'))).toContain('HTTP/1.1 401');
    expect(other!.closed).toBe(false);
  });

  it('counts the addresses of a client together', async () => {
    await start({ perAddress: 2 }, [], (address) => address.replace(/\d+$/, '0/24'));
    await open('');
    await open('', '127.0.0.2');
    await closed(await open('', '127.0.0.3'));
    expect(await openConnections()).toBe(2);
  });

  it('limits the total number of connections', async () => {
    await start({ total: 2 });
    await open('');
    await open('', '127.0.0.2');
    await closed(await open('', '127.0.0.3'));
  });

  it.each([
    ['/read', /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/, false],
    ['/refused', /^HTTP\/1\.1 401 [^]*connection: close/i, true],
  ])('Expect: 100-continue of %s is answered when the body is to be read', async (path, expected, closes) => {
    await start({});
    const socket = await open(
      `POST ${path} HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n`,
    );
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
      if (answer.endsWith('100 Continue\r\n\r\n')) socket.write('body');
    });
    await expect.poll(() => answer).toMatch(expected);
    if (closes) await closed(socket);
    else expect(socket.closed).toBe(false);
  });
});
