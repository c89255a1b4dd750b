import { InstallJobs1790000000040 } from './1790000000040-install-jobs.js';

/** What makes the tables of the jobs. */
export const jobsMigrations = [InstallJobs1790000000040];
