import { execFileSync } from 'node:child_process';

/**
 * Command lines that contain a text, from `ps`.
 * @param group limits the search to a process group
 */
export function processesOf(text: string, group?: number): string[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pgid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => {
    const [pgid, state = ''] = line.trim().split(/\s+/);
    return line.includes(text) && !state.startsWith('Z') && (group === undefined || Number(pgid) === group);
  });
}
