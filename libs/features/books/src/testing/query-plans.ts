import type { DataSource, Logger } from 'typeorm';

interface Plan {
  'Node Type': string;
  'Index Name'?: string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Plan[];
}

export interface QueryPlan {
  sql: string;
  nodes: string[];
  indexes: string[];
  /** Number of 8 kB blocks that were accessed. */
  buffers: number;
}

/** Runs a task, and then explains each of its statements. */
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
  return Promise.all(statements.map(({ sql, parameters }) => explain(dataSource, sql, parameters)));
}

async function explain(dataSource: DataSource, sql: string, parameters: unknown[]): Promise<QueryPlan> {
  const [row] = await dataSource.query<[{ 'QUERY PLAN': [{ Plan: Plan }] }]>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`,
    parameters,
  );
  const root = row['QUERY PLAN'][0].Plan;
  const all = flatten(root);
  return {
    sql,
    nodes: all.map((plan) => plan['Node Type']),
    indexes: all.flatMap((plan) => plan['Index Name'] ?? []),
    buffers: root['Shared Hit Blocks'] + root['Shared Read Blocks'],
  };
}

function flatten(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(flatten)];
}
