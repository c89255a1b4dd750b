import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Matrix } from './matrix/row.js';

const folder = join(import.meta.dirname, '..');
const files = globSync('*/authorization.ts', { cwd: folder });
const parts: { rows: Matrix }[] = await Promise.all(
  files.map((file) => import(pathToFileURL(join(folder, file)).href)),
);

/** Who may call what, from the `authorization.ts` of all features. Every route has a row there, or the tests fail. */
export const matrix: Matrix = Object.assign({}, ...parts.map(({ rows }) => rows));
