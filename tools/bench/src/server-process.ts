import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeCommand } from './cores.js';

const START_LIMIT_MS = 60_000;
const OUTPUT_KEPT = 4_000;

/** A server in a separate process with its own port. */
export class ServerProcess {
  private static readonly running = new Set<ServerProcess>();

  static {
    process.once('exit', () => ServerProcess.running.forEach(({ child }) => child.kill('SIGKILL')));
  }

  private output = '';

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {
    ServerProcess.running.add(this);
    child.once('exit', () => ServerProcess.running.delete(this));
    for (const stream of [child.stdout, child.stderr]) {
      stream!.on('data', (chunk) => (this.output = (this.output + String(chunk)).slice(-OUTPUT_KEPT)));
    }
  }

  /**
   * @param args arguments of Node: options and the script
   * @param environment environment of the server, except `HOST`, `PORT` and `PATH`
   * @throws {Error} with the server's last output when it does not respond within a minute
   */
  static async start(args: string[], environment: Record<string, string>): Promise<ServerProcess> {
    const port = await freePort();
    const [command, ...prefix] = nodeCommand('server');
    const child = spawn(command, [...prefix, ...args], {
      env: { PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: String(port), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C must only reach the bench, which then stops its servers.
      detached: true,
    });
    const server = new ServerProcess(child, `http://127.0.0.1:${port}`);
    await server.answers();
    return server;
  }

  /** Stops every server of the run, including those that never responded. */
  static async stopAll(): Promise<void> {
    await Promise.all([...ServerProcess.running].map((server) => server.stop()));
  }

  get pid(): number {
    return this.child.pid!;
  }

  onStop(stop: () => void): void {
    this.child.once('exit', stop);
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const killing = setTimeout(() => this.child.kill('SIGKILL'), 15_000);
    await exited;
    clearTimeout(killing);
  }

  private async answers(): Promise<void> {
    const deadline = Date.now() + START_LIMIT_MS;
    while (Date.now() < deadline) {
      if (this.child.exitCode !== null) break;
      const answer = await fetch(this.url).catch(() => undefined);
      if (answer) return void (await answer.arrayBuffer());
      await sleep(50);
    }
    throw new Error(`${this.child.spawnargs.join(' ')} does not answer:\n${this.output}`);
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
