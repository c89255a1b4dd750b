import { execFile, spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LoadResult } from '../load/load-request.js';
import type { Script } from './pgbench-script.js';

const execute = promisify(execFile);
const CLIENTS = [1, 2, 4, 8, 16, 32, 64];

/** PostgreSQL's own load generator, which no npm package contains. */
export class Pgbench {
  private constructor(
    private readonly path: string,
    /** Its own version text. */
    readonly description: string,
  ) {}

  /** @returns `undefined` when it is neither in the PATH nor in the folders of Debian's packages */
  static find(): Pgbench | undefined {
    const debian = globSync('/usr/lib/postgresql/*/bin/pgbench').toSorted().toReversed();
    for (const path of ['pgbench', ...debian]) {
      const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
      if (status === 0) return new Pgbench(path, stdout.trim());
    }
    return undefined;
  }

  /** Tries several numbers of clients. @returns the one with the most transactions per second */
  async bestClients(
    script: Script,
    url: string,
    { seconds, restore }: { seconds: number; restore: () => Promise<void> },
  ): Promise<number> {
    let best = { clients: 0, speed: 0 };
    for (const clients of CLIENTS) {
      const { requestsPerSecond: speed } = await this.run(script, url, { clients, seconds });
      await restore();
      if (speed > best.speed) best = { clients, speed };
    }
    return best.clients;
  }

  /** Runs prepared statements for the given time. */
  async run(
    { text, variables }: Script,
    url: string,
    { clients, seconds }: { clients: number; seconds: number },
  ): Promise<LoadResult> {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-pgbench-'));
    try {
      await writeFile(join(folder, 'script.sql'), text);
      const target = new URL(url);
      const env = { ...process.env, PGPASSWORD: decodeURIComponent(target.password) };
      target.password = '';
      const defines = Object.entries(variables).flatMap(([name, value]) => ['-D', `${name}=${value}`]);
      const threads = Math.min(clients, availableParallelism());
      const settings = [
        '-n',
        '-M',
        'prepared',
        '-c',
        clients,
        '-j',
        threads,
        '-T',
        seconds,
        '-f',
        'script.sql',
      ];
      const args = [...settings.map(String), ...defines, '-l', '--log-prefix=log', target.href];
      const { stdout } = await execute(this.path, args, { cwd: folder, env });
      const speed = Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1]);
      return { requestsPerSecond: speed, ...(await readLatencies(folder)), refused: 0, failed: 0 };
    } finally {
      await rm(folder, { recursive: true });
    }
  }
}

/** Reads pgbench's log: a line per transaction, whose third field is its duration in microseconds. */
async function readLatencies(folder: string): Promise<Pick<LoadResult, 'requests' | 'p50' | 'p99'>> {
  const logs = (await readdir(folder)).filter((name) => name.startsWith('log'));
  const texts = await Promise.all(logs.map((name) => readFile(join(folder, name), 'utf8')));
  const times = texts
    .flatMap((text) => text.trim().split('\n'))
    .map((line) => Number(line.split(' ')[2]) / 1_000)
    .toSorted((a, b) => a - b);
  const at = (share: number): number => times[Math.floor((times.length - 1) * share)]!;
  return { requests: times.length, p50: at(0.5), p99: at(0.99) };
}
