export { type Message, Notifications } from './notifications.js';
export { NotificationsModule } from './notifications.module.js';
