export { AccountRecoveryModule } from './account-recovery.module.js';
export { BackgroundTasks } from './background-tasks.js';
