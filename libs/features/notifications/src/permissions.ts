export const MANAGE = 'notifications.manage';
export const SEND = 'notifications.send';
