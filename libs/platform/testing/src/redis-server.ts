import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from 'vitest';

const START_TIMEOUT_MS = 30_000;

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;

/** Specs that start and stop their own Redis. Without `redis-server` on the PATH they are skipped with a warning. */
export function describeWithRedisServer(name: string, specs: () => void): void {
  if (!isInstalled) console.warn(`SKIPPED, since redis-server is not on the PATH: ${name}`);
  describe.skipIf(!isInstalled)(name, specs);
}

/** A Redis for one spec, on a free port and without files, for testing outages. */
export class RedisServer {
  private process: ChildProcess | undefined;

  private constructor(readonly port: number) {}

  /** Reserves a port without starting the server. */
  static async reserve(): Promise<RedisServer> {
    return new RedisServer(await freePort());
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** @param more options of `redis-server` */
  async start(...more: string[]): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.process = spawn('redis-server', [...options, ...more], { stdio: 'ignore' });
    const end = Date.now() + START_TIMEOUT_MS;
    while (!(await accepts(this.port))) {
      if (Date.now() > end) throw new Error(`redis-server does not listen on ${this.port}`);
      await sleep(20);
    }
  }

  /** Kills the server, as in a crash. */
  async stop(): Promise<void> {
    const running = this.process;
    this.process = undefined;
    if (!running || running.exitCode !== null) return;
    running.kill('SIGKILL');
    await once(running, 'exit');
  }

  /** Suspends the server: it keeps its connections but does not respond. */
  freeze(): void {
    this.process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.process?.kill('SIGCONT');
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
