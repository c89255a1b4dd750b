import { parseArgs } from 'node:util';

export interface Options {
  /** Number of measurements per server; the table shows their median. */
  rounds: number;
  /** Duration of one measurement. */
  seconds: number;
  /** Duration of the load before a server's first measurement; up to five times that for slow ones. */
  warmUpSeconds: number;
  connections: number;
  /** Names of the comparisons to run. */
  only: string[];
  json: boolean;
}

export const usage = `npm run bench -- [options]

  --quick            a look in a minute or two: 2 rounds of 1 second; too short to quote
  --rounds N         measurements of each server (5)
  --seconds N        length of one measurement (4)
  --warm-up N        seconds of load before the first measurement (4), up to five times that for slow servers
  --connections N    concurrent connections (32; sales: always 200)
  --only NAME,NAME   comparisons: hit, list, book, create, sales, connections (all)
  --json             print everything measured as JSON instead of tables`;

/**
 * @param comparisons names allowed in `--only`
 * @throws {Error} for an unknown option or name, or an invalid number
 */
export function readOptions(args: string[], comparisons: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      'warm-up': { type: 'string' },
      connections: { type: 'string' },
      only: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
    },
  });
  const number = (name: 'rounds' | 'seconds' | 'warm-up' | 'connections', usual: number): number => {
    const value = Number(values[name] ?? usual);
    if (Number.isInteger(value) && value >= 1) return value;
    throw new Error(`--${name} must be an integer of at least 1, but is "${values[name]}"`);
  };
  const only = values.only.split(',').filter(Boolean);
  const unknown = only.find((name) => !comparisons.includes(name));
  if (unknown) throw new Error(`--only takes ${comparisons.join(', ')}, and not "${unknown}"`);
  return {
    rounds: number('rounds', values.quick ? 2 : 5),
    seconds: number('seconds', values.quick ? 1 : 4),
    warmUpSeconds: number('warm-up', values.quick ? 1 : 4),
    connections: number('connections', 32),
    only: only.length > 0 ? only : comparisons,
    json: values.json,
  };
}
