import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `npm run generate -- NAME …`: runs a generator of this package, as `nx generate` would. */
const { name, generators } = {
  ...(JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { name: string }),
  ...(JSON.parse(readFileSync(join(import.meta.dirname, '../generators.json'), 'utf8')) as {
    generators: Record<string, { description: string }>;
  }),
};
const [generator = '', ...parameters] = process.argv.slice(2);
if (!Object.hasOwn(generators, generator)) {
  console.error(`Usage: npm run generate -- GENERATOR …\n`);
  for (const [known, { description }] of Object.entries(generators))
    console.error(`  ${known.padEnd(12)}${description}`);
  process.exit(1);
}
const { status } = spawnSync('npx', ['nx', 'generate', `${name}:${generator}`, ...parameters], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exit(status ?? 1);
