import type { JobAttempt } from './jobs.js';
import { TestJobs } from './testing/test-jobs.js';

const [databaseUrl] = process.argv.slice(2) as [string];

/** Reports to the parent that it has started, and never finishes. */
async function hang({ id }: JobAttempt<object>): Promise<void> {
  process.send!(id);
  await new Promise(() => undefined);
}

await TestJobs.start(databaseUrl, [[{ name: 'test.long', backoffSeconds: 1 }, hang]]);
