import { Bench } from './bench.js';
import { cacheHit } from './comparisons/cache-hit.js';
import { manyConnections } from './comparisons/many-connections.js';
import { sales } from './comparisons/sales.js';
import { createBook, oneBook, uncachedList } from './comparisons/uncached.js';
import type { Comparison } from './contender.js';
import { compareWithGoals } from './goals.js';
import { Load } from './load/load.js';
import { describeRun, loadAverage } from './machine.js';
import { measure, type Row } from './measure.js';
import { type Options, readOptions, usage } from './options.js';
import { ServerProcess } from './server-process.js';
import { summarise } from './summary.js';
import { table } from './table.js';

const comparisons: Record<string, (bench: Bench) => Promise<Comparison>> = {
  hit: cacheHit,
  list: uncachedList,
  book: oneBook,
  create: createBook,
  sales,
  connections: manyConnections,
};

interface Result {
  title: string;
  base: string;
  notes: string[];
  rows: Row[];
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
/** Progress, which must not mix with JSON. */
const note = (text: string): void => void process.stderr.write(`${text}\n`);

async function run(options: Options): Promise<boolean> {
  note('Preparing the database');
  const bench = await Bench.open();
  const load = new Load();
  const results: Result[] = [];
  const loadBefore = loadAverage();
  try {
    for (const name of options.only) {
      note(`Starting the servers of "${name}"`);
      const comparison = await comparisons[name]!(bench);
      note(comparison.title);
      const rows = await measure(comparison, load, options, note);
      const { title, base, notes = [] } = comparison;
      results.push({ title, base, notes, rows });
      await ServerProcess.stopAll();
    }
  } finally {
    load.stop();
    await bench.close();
  }
  return report(
    results,
    [...describeRun(bench.database, options), `Load average ${loadBefore} before, ${loadAverage()} after`],
    options,
  );
}

/** @returns whether every row is valid */
function report(results: Result[], about: string[], options: Options): boolean {
  const all = results.map((result) => ({ ...result, summaries: summarise(result.rows, result.base) }));
  const faults = results.flatMap(({ rows }) =>
    rows.flatMap((row) => row.faults.map((fault) => `${row.name}: ${fault}`)),
  );
  const goals = compareWithGoals(all.flatMap(({ summaries }) => summaries));
  if (options.json) {
    print(JSON.stringify({ about, options, comparisons: all, goals, faults }, undefined, 2));
  } else {
    print(about.map((line) => `- ${line}`).join('\n'));
    for (const { title, base, notes, summaries } of all) {
      print(`\n${title}. Ratios to "${base}".\n\n${table(summaries)}`);
      if (notes.length > 0) print(`\n${notes.map((line) => `- ${line}`).join('\n')}`);
    }
    if (goals.length > 0) print(`\n${goals.map((goal) => `- ${goal}`).join('\n')}`);
    if (faults.length > 0) print(`\nNot valid:\n\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
  }
  return faults.length === 0;
}

let options: Options;
try {
  options = readOptions(process.argv.slice(2), Object.keys(comparisons));
} catch (error) {
  note(`${(error as Error).message}\n\n${usage}`);
  process.exit(2);
}
process.exitCode = (await run(options)) ? 0 : 1;
