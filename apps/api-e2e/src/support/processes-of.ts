import { execFileSync } from 'node:child_process';

/**
 * The command lines of the processes that have a text in theirs, as `ps` shows them.
 *
 * @param group only those of this process group
 */
export function processesOf(text: string, group?: number): string[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pgid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => {
    const [pgid, state = ''] = line.trim().split(/\s+/);
    return line.includes(text) && !state.startsWith('Z') && (group === undefined || Number(pgid) === group);
  });
}
