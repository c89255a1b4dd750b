export { FailedJob } from './failed-job.entity.js';
export { JobState } from './job-state.js';
export { type JobAttempt, Jobs } from './jobs.js';
export { JOBS_SCHEMA } from './jobs-schema.js';
export { JobsModule } from './jobs.module.js';
export { reportable } from './reportable.js';
export { jobsMigrations } from './migrations/index.js';
