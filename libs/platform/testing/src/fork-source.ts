import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const child = fileURLToPath(new URL('./fork-source.child.ts', import.meta.url));

/**
 * Runs a TypeScript module of the workspace in a process of its own, from its sources, for what only two real
 * processes can show. The module talks to the spec through `process.send` and `process.on('message')`.
 *
 * @param module its `file:` URL; its arguments start at `process.argv[3]`
 * @param options `silent` gives the spec its output
 */
export function forkSource(module: URL, args: string[] = [], options: ForkOptions = {}): ChildProcess {
  return fork(child, [fileURLToPath(module), ...args], options);
}
