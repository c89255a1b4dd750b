import { type ChildProcess, fork, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SOURCES = [
  '--conditions=@gatehouse/source',
  `--import=${new URL('../../../../tools/typescript.mjs', import.meta.url)}`,
];

/**
 * Runs a TypeScript module of the workspace in a separate process from its sources, for tests that need two real
 * processes. The module communicates with the spec through `process.send` and `process.on('message')`.
 * @param module its `file:` URL
 * @param options `silent` gives the spec its output
 */
export function forkSource(module: URL, args: string[] = [], options: ForkOptions = {}): ChildProcess {
  return fork(fileURLToPath(module), args, {
    ...options,
    execArgv: ['--enable-source-maps', '--no-warnings', ...SOURCES],
  });
}

/** A forked module that tests can kill, suspend or interrupt. */
export class TestProcess {
  private readonly child: ChildProcess;
  private readonly messages: unknown[] = [];
  private output = '';

  constructor(module: URL, args: string[], options: ForkOptions = {}) {
    this.child = forkSource(module, args, { ...options, silent: true });
    this.child.on('message', (message) => this.messages.push(message));
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (text) => (this.output += text));
  }

  get pid(): number {
    return this.child.pid!;
  }

  send(message: string): void {
    this.child.send(message);
  }

  /** The next message, or one that was received but not taken yet. */
  async next<T>(): Promise<T> {
    while (this.messages.length === 0) {
      if (this.child.exitCode !== null || this.child.signalCode)
        throw new Error(`The process ended: ${this.output}`);
      await Promise.race([once(this.child, 'message'), once(this.child, 'exit')]);
    }
    return this.messages.shift() as T;
  }

  /** Sends the signal and waits for the end of the process. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode) return;
    this.child.kill(signal);
    await once(this.child, 'exit');
  }
}
