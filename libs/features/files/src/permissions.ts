export const USE = 'files.use';
export const MANAGE = 'files.manage';
