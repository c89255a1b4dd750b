import type { DataSource, Logger } from 'typeorm';

interface Plan {
  'Node Type': string;
  'Parent Relationship'?: string;
  'Index Name'?: string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Plan[];
}

export interface QueryPlan {
  /** The subquery that counts all rows, otherwise the statement that reads them. */
  isCount: boolean;
  nodes: string[];
  indexes: string[];
  /** Number of 8 kB blocks that were accessed. */
  buffers: number;
}

/** Runs a task, and then explains each of its statements, and the count inside of it. */
export async function plansOf(dataSource: DataSource, task: () => Promise<unknown>): Promise<QueryPlan[]> {
  const statements: { sql: string; parameters: unknown[] }[] = [];
  const before = dataSource.logger;
  dataSource.logger = {
    logQuery: (sql, parameters: unknown[] = []) => statements.push({ sql, parameters }),
  } as Logger;
  try {
    await task();
  } finally {
    dataSource.logger = before;
  }
  return (
    await Promise.all(statements.map(({ sql, parameters }) => explain(dataSource, sql, parameters)))
  ).flat();
}

async function explain(dataSource: DataSource, sql: string, parameters: unknown[]): Promise<QueryPlan[]> {
  const [row] = await dataSource.query<[{ 'QUERY PLAN': [{ Plan: Plan }] }]>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`,
    parameters,
  );
  const root = row['QUERY PLAN'][0].Plan;
  const counts = (root.Plans ?? []).filter(isInitPlan);
  const items = describe({ ...root, Plans: root.Plans?.filter((plan) => !isInitPlan(plan)) });
  const described = counts.map((plan) => ({ ...describe(plan), isCount: true }));
  return [
    { ...items, buffers: described.reduce((left, { buffers }) => left - buffers, items.buffers) },
    ...described,
  ];
}

function isInitPlan(plan: Plan): boolean {
  return plan['Parent Relationship'] === 'InitPlan';
}

function describe(root: Plan): QueryPlan {
  const all = flatten(root);
  return {
    isCount: false,
    nodes: all.map((plan) => plan['Node Type']),
    indexes: all.flatMap((plan) => plan['Index Name'] ?? []),
    buffers: root['Shared Hit Blocks'] + root['Shared Read Blocks'],
  };
}

function flatten(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(flatten)];
}
