import type { Comparison, Contender } from './contender.js';
import { cpuSeconds } from './cpu-time.js';
import type { Load } from './load/load.js';
import type { LoadResult } from './load/load-request.js';
import type { Options } from './options.js';

export interface Sample extends LoadResult {
  /** The server's CPU time per request; `undefined` where it is unknown. */
  cpuMicroseconds?: number;
  /** Share of one core that the server used; well below 1, something else was the bottleneck. */
  busy?: number;
}

export interface Row {
  name: string;
  samples: Sample[];
  /** Reasons why the row is invalid; empty when it is valid. */
  faults: string[];
}

/** Requests after which V8 has compiled the hot code; before, a request costs twice as much. */
const WARM_REQUESTS = 30_000;
const WARM_UP_TURNS = 5;

type Report = (line: string) => void;

/** Measures the contenders in turn and in a different order each round, so that noise affects all of them. */
export async function measure(
  comparison: Comparison,
  load: Load,
  options: Options,
  say: Report,
): Promise<Row[]> {
  const rows = new Map<Contender, Row>();
  for (const contender of comparison.contenders) {
    const row = { name: contender.name, samples: [], faults: await faultsOf(contender) };
    rows.set(contender, row);
  }
  const sound = comparison.contenders.filter((contender) => rows.get(contender)!.faults.length === 0);
  const run = async (contender: Contender, seconds: number): Promise<Sample> => {
    const sample = await take(contender, load, comparison.connections ?? options.connections, seconds);
    await comparison.restore?.();
    return sample;
  };
  for (const contender of sound) {
    let requests = 0;
    for (let turn = 0; turn < WARM_UP_TURNS && requests < WARM_REQUESTS; turn++) {
      requests += (await run(contender, options.warmUpSeconds)).requests;
    }
  }
  for (let round = 0; round < options.rounds; round++) {
    for (let turn = 0; turn < sound.length; turn++) {
      const contender = sound[(turn + round) % sound.length]!;
      const sample = await run(contender, options.seconds);
      rows.get(contender)!.samples.push(sample);
      say(
        `  ${round + 1}/${options.rounds} ${contender.name}: ${Math.round(sample.requestsPerSecond)} requests/s`,
      );
    }
  }
  for (const contender of sound) {
    const { samples, faults } = rows.get(contender)!;
    const refused = samples.reduce((sum, sample) => sum + sample.refused, 0);
    const failed = samples.reduce((sum, sample) => sum + sample.failed, 0);
    if (refused > 0) faults.push(`${refused} answers were not 2xx`);
    if (failed > 0) faults.push(`${failed} requests had no answer`);
    faults.push(...(await faultsOf(contender)));
  }
  return [...rows.values()];
}

async function faultsOf(contender: Contender): Promise<string[]> {
  try {
    await contender.check();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

async function take(contender: Contender, load: Load, connections: number, seconds: number): Promise<Sample> {
  if (!('server' in contender)) return contender.run(seconds);
  const { server, request } = contender;
  const cpuBefore = cpuSeconds(server.pid);
  const started = performance.now();
  const result = await load.run({ ...request, url: server.url, connections, seconds });
  const elapsed = (performance.now() - started) / 1000;
  const cpuAfter = cpuSeconds(server.pid);
  if (cpuBefore === undefined || cpuAfter === undefined) return result;
  const cpu = cpuAfter - cpuBefore;
  return { ...result, cpuMicroseconds: (cpu / result.requests) * 1e6, busy: cpu / elapsed };
}
