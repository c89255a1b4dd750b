import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from './client.js';

export const MAIN = fileURLToPath(new URL('../../../api/dist/main.js', import.meta.url));

const READY_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;

/** Secrets that sign access tokens and webhook calls. */
export const JWT_SECRET = 'Zk3vX9qLmW7rTnB2yHc5dJfP8sGaUeRo';
export const WEBHOOK_SECRET = 'q7RkV2nXc9LwYb4JtHf6ZmDs3GpUaEo8';

/** Default settings of a process: cheap hashes, few log lines, limits that nothing reaches. */
const DEFAULTS = {
  NODE_ENV: 'test',
  HOST: '127.0.0.1',
  PORT: '0',
  JWT_SECRET,
  PAYMENT_WEBHOOK_SECRET: WEBHOOK_SECRET,
  ARGON2_MEMORY_KIB: '64',
  ARGON2_PASSES: '1',
  LOG_LEVEL: 'warn',
  EDGE_LIMIT: '1000000',
  THROTTLE_DISABLED: 'true',
  DEVELOPMENT_DATA: 'true',
  STORAGE_DIR: join(tmpdir(), 'gatehouse-test-files'),
};

const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export interface Launch {
  /** Working directory, whose `.env` the API reads; by default one without. */
  folder?: string;
  /** User that runs it. */
  user?: { uid: number; gid: number };
  /** Runs it in a separate process group, like a shell. */
  group?: boolean;
  /** Program and arguments; by default the API. */
  command?: readonly [string, ...string[]];
}

/** The options of Node in `npm start`. */
function nodeOptions(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(dirname(MAIN), '../../../package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  return scripts.start.split(' ').filter((word) => word.startsWith('--') && word !== '--silent');
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/**
 * The built application in a separate process. It inherits only the variables for finding programs. Processes that a
 * spec leaves running end with the spec's process.
 */
export class ApiProcess {
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  /** Resolves when it has ended and all of its output has been read. */
  readonly exited: Promise<Exit>;
  private exit: Exit | undefined;

  private constructor(private readonly child: ChildProcess) {
    child.stdout!.setEncoding('utf8').on('data', (text: string) => this.stdout.push(text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => this.stderr.push(text));
    running.add(child);
    this.exited = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => running.delete(child));
      child.once('close', (code, signal) => resolve((this.exit = { code, signal })));
    });
    this.exited.catch(() => running.delete(child));
  }

  /** Starts it without waiting. */
  static launch(variables: Record<string, string> = {}, options: Launch = {}): ApiProcess {
    if (!existsSync(MAIN)) throw new Error(`${MAIN} is not there: build first ("npm run build")`);
    const { folder, user, group = false, command = [process.execPath, ...nodeOptions(), MAIN] } = options;
    const { PATH = '', HOME = '' } = process.env;
    const [program, ...args] = command;
    const child = spawn(program, args, {
      ...user,
      cwd: folder ?? dirname(MAIN),
      env: { PATH, HOME, ...DEFAULTS, ...variables },
      detached: group,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new ApiProcess(child);
  }

  /** Starts it and waits until it is ready. */
  static async start(variables: Record<string, string> = {}, options: Launch = {}): Promise<ApiProcess> {
    const api = ApiProcess.launch(variables, options);
    try {
      await api.ready();
    } catch (error) {
      await api.kill();
      throw error;
    }
    return api;
  }

  get pid(): number {
    return this.child.pid!;
  }

  get output(): string {
    return this.stdout.join('') + this.stderr.join('');
  }

  /** Whether it has not ended. */
  get alive(): boolean {
    return running.has(this.child);
  }

  /** The URL that it reports. */
  get url(): string {
    const port = /Gatehouse is ready: http:\/\/[^:]+:(\d+)/.exec(this.stdout.join(''))?.[1];
    if (!port) throw new Error(`It does not listen yet:\n${this.output}`);
    return `http://127.0.0.1:${port}`;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  get client(): Client {
    return new Client(this.url);
  }

  /** Waits until `/health/ready` answers 200. */
  async ready(limitMs = READY_LIMIT_MS): Promise<void> {
    const end = performance.now() + limitMs;
    while (performance.now() < end) {
      if (!this.alive) throw new Error(`It ended with ${JSON.stringify(await this.exited)}:\n${this.output}`);
      if (this.stdout.join('').includes('Gatehouse is ready')) {
        const { status } = await this.client.get('/health/ready');
        if (status === 200) return;
      }
      await sleep(10);
    }
    throw new Error(`It is not ready after ${limitMs} ms:\n${this.output}`);
  }

  /** Stops reading its output, like `head` after the last line. */
  closeOutput(): void {
    this.child.stdout!.destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Signals the whole process group, like a terminal. Requires `group`. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /** Terminates it, and kills it if it does not end in time. */
  async stop(): Promise<Exit> {
    if (this.exit) return this.exit;
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), STOP_LIMIT_MS);
    const exit = await this.exited;
    clearTimeout(timer);
    return exit;
  }

  /** Kills it, as in a crash. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
  }
}
