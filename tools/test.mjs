import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm test`: lint, types and all specs. With DATABASE_URL and REDIS_URL set, the same specs run on those servers.
 * `npm test -- --services` leaves out what does not depend on them, `npm test -- --text` all but search, names and
 * comparison. TEST_DATABASE names the kind of database that the specs run on, see `createTestDatabase`. Ends with a
 * line that counts the specs.
 */
const report = join(tmpdir(), `gatehouse-test-${process.pid}.json`);
const part = ['--services', '--text'].find((option) => process.argv.includes(option));

function run(command, args) {
  console.log(`\n> ${command} ${args.join(' ')}`);
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0;
}

function wasSkipped(path) {
  const files = counts.testResults.filter(({ name }) => path.test(name));
  return files.some(({ assertionResults }) => assertionResults.some(({ status }) => status === 'skipped'));
}

const steps = part
  ? [['tsc', ['-b']]]
  : [
      ['npm', ['run', '--silent', 'lint']],
      ['tsc', ['-b']],
    ];
const broken = steps
  .filter(([command, args]) => !run(command, args))
  .map(([command, args]) => `${command} ${args.join(' ')}`);

/** What touches a database or Redis; the embedded database, the start of the process and the pages have no other. */
const partSpecs = {
  '--services': [
    'apps/api-e2e',
    'libs/features',
    'libs/pipeline/cache',
    'libs/pipeline/listing',
    'libs/pipeline/throttle',
    'libs/platform/database',
    'libs/platform/jobs',
    'libs/platform/process-bus',
    'libs/platform/redis',
    '--exclude=**/{start,embedded-postgres,outage-sale}*.spec.ts',
    '--exclude=**/browser/**',
  ],
  // What compares or orders text in the database.
  '--text': [
    'apps/api-e2e/src/books.spec.ts',
    'apps/api-e2e/src/identity.spec.ts',
    'libs/features/groups/src',
    'libs/features/books/src',
    'libs/features/ticketing/src/events',
    'libs/features/ticketing/src/organisers',
    'libs/features/ticketing/src/categories',
    'libs/features/users/src',
    'libs/pipeline/listing/src',
    'libs/platform/text/src',
  ],
};
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const specs = ['vitest', ['run', ...(part ? partSpecs[part] : []), ...reporters]];
let counts = {
  numPassedTests: 0,
  numFailedTests: 1,
  numPendingTests: 0,
  numTodoTests: 0,
  numFailedTestSuites: 0,
  testResults: [],
};
const passed = run(...specs);
try {
  counts = JSON.parse(readFileSync(report, 'utf8'));
} finally {
  rmSync(report, { force: true });
}

if (!process.env.REDIS_URL) console.warn('\nREDIS_URL is not set: the specs that need Redis were SKIPPED.');
if (wasSkipped(/\/browser\//)) console.warn('\nThere is no Chromium: the browser specs were SKIPPED.');
for (const step of broken) console.error(`\nFAILED: ${step}`);
const failed = broken.length + Math.max(counts.numFailedTests, passed ? 0 : 1);
console.log(
  `\n${counts.numPassedTests} passed, ${failed} failed, ${counts.numPendingTests + counts.numTodoTests} skipped`,
);
process.exitCode = failed > 0 ? 1 : 0;
