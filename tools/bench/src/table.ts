import type { Summary } from './summary.js';

const HEADINGS = [
  '',
  'requests/s',
  'slowest–fastest',
  'ratio',
  'CPU µs/request',
  'ratio by CPU',
  'core busy',
  'p99 ms',
];

const whole = (value: number): string =>
  Number.isFinite(value) ? Math.round(value).toLocaleString('en') : '–';
const fixed = (value: number | undefined, digits: number): string =>
  value !== undefined && Number.isFinite(value) ? value.toFixed(digits) : '–';

/** Formats a Markdown table with aligned columns. */
export function table(summaries: Summary[]): string {
  const cells = summaries.map((row) => [
    row.faults.length > 0 ? `${row.name} **(invalid)**` : row.name,
    whole(row.requestsPerSecond),
    `${whole(row.slowest)}–${whole(row.fastest)}`,
    fixed(row.speed, 2),
    fixed(row.cpuMicroseconds, 1),
    fixed(row.speedByCpu, 2),
    row.busy === undefined ? '–' : `${Math.round(row.busy * 100)} %`,
    fixed(row.p99, 1),
  ]);
  const widths = HEADINGS.map((heading, i) =>
    Math.max(heading.length, ...cells.map((row) => row[i]!.length)),
  );
  const line = (row: string[]): string =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(HEADINGS), rule, ...cells.map(line)].join('\n');
}
