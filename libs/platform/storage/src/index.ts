export { answerWithObject } from './object-answer.js';
export { Orphans } from './orphans.js';
export { type ByteRange, Storage } from './storage.js';
export { StorageModule } from './storage.module.js';
export { StorageSettings } from './storage.settings.js';
