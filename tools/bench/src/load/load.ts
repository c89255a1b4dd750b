import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { nodeCommand } from '../cores.js';
import type { LoadRequest, LoadResult } from './load-request.js';

/** The load generator in a separate process. */
export class Load {
  private readonly child: ChildProcess;

  constructor() {
    const [command, ...args] = nodeCommand('load');
    const script = fileURLToPath(new URL('load.process.js', import.meta.url));
    this.child = spawn(command, [...args, script], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
    });
  }

  async run(request: LoadRequest): Promise<LoadResult> {
    const answered = new AbortController();
    const { signal } = answered;
    const died = once(this.child, 'exit', { signal }).then(() =>
      Promise.reject(new Error('The load generator died')),
    );
    this.child.send(request);
    try {
      const [result] = (await Promise.race([once(this.child, 'message', { signal }), died])) as [LoadResult];
      return result;
    } finally {
      answered.abort();
      await died.catch(() => undefined);
    }
  }

  stop(): void {
    this.child.disconnect();
  }
}
