import { InstallJobs1760000000001 } from './1760000000001-install-jobs.js';

/** Migrations of the job tables. */
export const jobsMigrations = [InstallJobs1760000000001];
