export { AccountsModule } from './accounts.module.js';
export { BackgroundTasks } from './background-tasks.js';
