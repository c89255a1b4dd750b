import { ESLint } from 'eslint';

/**
 * Which library may import which. Nx's rule reads a cached graph of the projects and is silently skipped when there
 * is none, so the graph is made first.
 */
process.env.NX_DAEMON = 'false';
const { createProjectGraphAsync } = await import('@nx/devkit');
await createProjectGraphAsync({ exitOnError: true });

const eslint = new ESLint();
const results = await eslint.lintFiles(['apps', 'libs']);
const formatter = await eslint.loadFormatter('stylish');
process.stdout.write(await formatter.format(results));
process.exit(results.some(({ errorCount }) => errorCount > 0) ? 1 : 0);
