import { ChildProcess, fork, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';

/** Lets Node run the sources as they are: `./x.js` is `./x.ts`. */
const RESOLVE_SOURCES = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ resolve(specifier, context, next) {
    try { return next(specifier, context); } catch (error) {
      if (!/^[.].*[.]js$/.test(specifier)) throw error;
      return next(specifier.replace(/js$/, 'ts'), context);
    }
  } });
`)}`;

/** Runs a TypeScript file in a process of its own, for tests that kill, stop or interrupt it. */
export class TestProcess {
  private readonly child: ChildProcess;
  private readonly messages: unknown[] = [];
  private output = '';

  constructor(script: string, args: string[], options: ForkOptions = {}) {
    const execArgv = ['--experimental-transform-types', '--no-warnings', '--import', RESOLVE_SOURCES];
    this.child = fork(script, args, { ...options, execArgv, silent: true });
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

  /** The next message that it sends, or that it sent and nobody has taken yet. */
  async next<T>(): Promise<T> {
    while (this.messages.length === 0) {
      if (this.child.exitCode !== null || this.child.signalCode)
        throw new Error(`The process ended: ${this.output}`);
      await Promise.race([once(this.child, 'message'), once(this.child, 'exit')]);
    }
    return this.messages.shift() as T;
  }

  /** Sends the signal and waits for the end. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode) return;
    this.child.kill(signal);
    await once(this.child, 'exit');
  }
}
