import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Type } from '@nestjs/common';
import type { Matrix } from './matrix/row.js';

const folder = join(import.meta.dirname, '..');
const files = globSync('*/authorization.ts', { cwd: folder });
const parts: { rows: Matrix; features?: Type<unknown>[] }[] = await Promise.all(
  files.map((file) => import(pathToFileURL(join(folder, file)).href)),
);

/** Who may call which route, from the `authorization.ts` of all features. A route without a row fails the tests. */
export const matrix: Matrix = Object.assign({}, ...parts.map(({ rows }) => rows));

/** Features that the rows need beside those of the application. */
export const matrixFeatures = parts.flatMap(({ features = [] }) => features);
