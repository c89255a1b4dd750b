import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** Where processes run: the server that is measured on one core, the load on another, PostgreSQL where it likes. */
export const cores = canPin ? ({ server: 0, load: 1 } as const) : undefined;

/** The command that runs Node, on one core when that can be done here. */
export function nodeCommand(role: 'server' | 'load'): [command: string, ...args: string[]] {
  return cores ? ['taskset', '-c', String(cores[role]), process.execPath] : [process.execPath];
}
