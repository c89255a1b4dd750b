import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newcomer } from '../support/people.js';
import { TestApp } from '../support/test-app.js';

const FOLDER = join(import.meta.dirname, '../../../../deploy/observability');
const read = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');

/** Added by Prometheus itself. */
const OF_PROMETHEUS = { up: ['job', 'instance'] };
const WORDS = new Set(['by', 'without', 'and', 'or', 'unless', 'on', 'ignoring', 'offset', 'bool']);

/** The metrics that an expression in PromQL names, and the labels that it uses. */
function namesIn(expression: string): { metrics: string[]; labels: string[] } {
  const labels: string[] = [];
  const rest = expression
    .replace(/"[^"]*"/g, '""')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\{([^}]*)\}/g, (_, matchers: string) => {
      labels.push(...[...matchers.matchAll(/(\w+)\s*[=!]/g)].map(([, label]) => label!));
      return ' ';
    })
    .replace(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g, (_, list: string) => {
      labels.push(...list.split(',').map((label) => label.trim()));
      return ' ';
    });
  const metrics = [...rest.matchAll(/\b[a-z_]\w*\b(?!\s*\()/gi)].map(([name]) => name);
  return { metrics: metrics.filter((name) => !WORDS.has(name)), labels };
}

interface Panel {
  title: string;
  targets: { expr?: string; legendFormat?: string }[];
}
const dashboard = JSON.parse(read('grafana/dashboards/gatehouse.json')) as { panels: Panel[] };
const rules = load(read('alerts.yml')) as {
  groups: { rules: { alert: string; expr: string; annotations: object }[] }[];
};
const shown = dashboard.panels.flatMap(({ title, targets }) =>
  targets
    .filter(({ expr }) => expr)
    .map(({ expr, legendFormat = '' }) => [title, expr!, legendFormat] as const),
);
const alerts = rules.groups.flatMap((group) =>
  group.rules.map(({ alert, expr, annotations }) => [alert, expr, JSON.stringify(annotations)] as const),
);

let app: TestApp;
/** Labels of each metric that the application reports. */
const reported = new Map<string, Set<string>>(
  Object.entries(OF_PROMETHEUS).map(([name, labels]) => [name, new Set(labels)]),
);

beforeAll(async () => {
  app = await TestApp.start();
  await newcomer(app);
  await app.request('GET', '/api/v1/books');
  await app.request('GET', '/api/v1/books');
  await app.request('GET', '/api/v1/users');
  const { text } = await app.request('GET', '/metrics');
  for (const [, name, type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm))
    for (const suffix of type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''])
      reported.set(name + suffix, new Set(['job', 'instance']));
  for (const [, name, labels] of text.matchAll(/^(\w+)\{(.*)\} \S+$/gm))
    for (const [, label] of labels!.matchAll(/(\w+)="/g)) reported.get(name!)?.add(label!);
});
afterAll(() => app.stop());

it.each([...shown, ...alerts])('%s: every metric and label exists', (_, expression, texts) => {
  const { metrics, labels } = namesIn(expression);
  expect(metrics.length).toBeGreaterThan(0);
  expect(metrics.filter((name) => !reported.has(name))).toEqual([]);
  const known = metrics.flatMap((name) => [...reported.get(name)!]);
  const used = [...texts.matchAll(/\{\{\s*(?:\$labels\.)?([a-z]\w*)/g)].map(([, label]) => label!);
  expect([...labels, ...used].filter((label) => !known.includes(label))).toEqual([]);
});

it('reads expressions', () => {
  const expression =
    'sum by (le, route) (rate(a_bucket{job="x", status=~"5.."}[5m])) / on (job) absent(b) > 0.01 and c_total';
  expect(namesIn(expression)).toEqual({
    metrics: ['a_bucket', 'b', 'c_total'],
    labels: ['job', 'status', 'le', 'route', 'job'],
  });
  expect(shown.length + alerts.length).toBeGreaterThan(25);
});

it.each([
  ['api_requests_total', ['method', 'route', 'status']],
  ['api_request_duration_seconds_bucket', ['method', 'route', 'le']],
  ['gate_refusals_total', ['stage', 'status']],
  ['cache_hits_total', []],
  ['cache_misses_total', []],
  ['jobs', ['queue', 'state']],
  ['database_pool_connections', []],
  ['database_pool_idle_connections', []],
  ['database_pool_waiting', []],
])('%s is reported, by %j', (name, labels) => {
  const own = [...reported.get(name)!].filter((label) => !['job', 'instance'].includes(label));
  expect(own.toSorted()).toEqual(labels.toSorted());
});
