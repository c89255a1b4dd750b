import type { Alias, Route } from '@gatehouse/gate';
import type { Ask, Column, Matrix, Row } from './matrix/row.js';

/** Statuses that an action has instead of those of its route. */
const OTHERS: Record<number, number> = { 204: 200, 404: 400, 422: 400 };

/** Rows of the authorization matrix for the actions, derived from the rows of their routes. */
export function actionRows(aliases: readonly Alias[], matrix: Matrix): Matrix {
  const rows = aliases.flatMap(({ method, path, routes }) =>
    routes.flatMap((route) =>
      Object.entries(matrix)
        .filter(([name]) => name.replace(/ \(.*\)$/, '') === `${route.method} ${route.path}`)
        .map(([name, row]) => [`${method} ${path} (as ${name})`, rowOf(row, route)] as const),
    ),
  );
  return Object.fromEntries(rows);
}

export function actionStatus(status: number): number {
  return OTHERS[status] ?? status;
}

/** The object with which an action asks what its route is asked. */
export function fieldsOf({ params = {}, body }: Ask, pattern: string): object {
  const inPath = Object.entries(params).filter(([name]) => pattern.split('/').includes(`:${name}`));
  return { ...Object.fromEntries(inPath), ...(body as object | undefined) };
}

function rowOf(row: Row, { method, path }: Route): Row {
  const statuses = Object.entries(row.statuses) as [Column, number][];
  return {
    ...row,
    writesNothing: method === 'GET',
    statuses: Object.fromEntries(
      statuses.map(([column, status]) => [column, actionStatus(status)]),
    ) as Row['statuses'],
    ask: async (scene) => {
      const ask = (await row.ask?.(scene)) ?? {};
      return { ...(ask.headers && { headers: ask.headers }), body: fieldsOf(ask, path) };
    },
  };
}
