import type { JobAttempt } from './job-definition.js';
import { TestJobs } from './testing/test-jobs.js';

const [databaseUrl] = process.argv.slice(2) as [string];

/** Tells the parent that it has begun, and never ends. */
async function hang({ id }: JobAttempt<object>): Promise<void> {
  process.send!(id);
  await new Promise(() => undefined);
}

await TestJobs.start(databaseUrl, [[{ name: 'test.long', backoffSeconds: 1 }, hang]]);
