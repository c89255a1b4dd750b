import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** Cores of processes: the measured server on one core, the load on another, PostgreSQL on any. */
export const cores = canPin ? ({ server: 0, load: 1 } as const) : undefined;

/** The command that runs Node, pinned to one core where possible. */
export function nodeCommand(role: 'server' | 'load'): [command: string, ...args: string[]] {
  return cores ? ['taskset', '-c', String(cores[role]), process.execPath] : [process.execPath];
}
