import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Report } from './listeners.child.js';

const CHILD = fileURLToPath(new URL('./listeners.child.ts', import.meta.url));

/** Clients of server-sent events in a separate process, each with its own socket. */
export class Listeners {
  private readonly child: ChildProcess = fork(CHILD, { execArgv: ['--no-warnings'] });

  /** Opens more clients. @returns when each has received an event */
  open(port: number, path: string, count: number): Promise<Report> {
    return this.ask({ port, path, count });
  }

  report(): Promise<Report> {
    return this.ask({});
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  private async ask(message: object): Promise<Report> {
    const answer = once(this.child, 'message') as Promise<[Report]>;
    const died = once(this.child, 'exit').then(([code]) => {
      throw new Error(`The listeners ended with ${code}`);
    });
    this.child.send(message);
    const [report] = await Promise.race([answer, died]);
    return report;
  }
}
