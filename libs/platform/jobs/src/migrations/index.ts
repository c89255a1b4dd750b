import { InstallJobs1760000000001 } from './1760000000001-install-jobs.js';

/** What makes the tables of the jobs. */
export const jobsMigrations = [InstallJobs1760000000001];
