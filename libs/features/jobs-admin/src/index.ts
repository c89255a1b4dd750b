export { JobsAdminModule } from './jobs-admin.module.js';
