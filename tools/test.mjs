import { spawnSync } from 'node:child_process';

/**
 * `npm test`: lint, types and all specs. With DATABASE_URL and REDIS_URL set, the same specs run on those servers.
 * `npm test -- --services` leaves out what does not depend on them, `npm test -- --text` all but search, names and
 * comparison. TEST_DATABASE names the kind of database that the specs run on, see `createTestDatabase`. Ends with what failed
 * and a line that counts the tests.
 */
const part = ['--services', '--text'].find((option) => process.argv.includes(option));

function run(command, args) {
  console.log(`\n> ${command} ${args.join(' ')}`);
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0;
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
    '--exclude=**/{start,commands,refused-starts,signals,embedded-postgres,sale-in-outages}*.spec.ts',
    '--exclude=**/browser/**',
  ],
  // What compares or orders text in the database.
  '--text': [
    'apps/api-e2e/src/books/',
    'apps/api-e2e/src/auth/identity.spec.ts',
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
for (const step of broken) console.error(`FAILED ${step}`);
const passed = run('vitest', ['run', ...(part ? partSpecs[part] : [])]);
process.exitCode = passed && broken.length === 0 ? 0 : 1;
