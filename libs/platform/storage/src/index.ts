export { type ByteRange, firstKeyAt, Storage } from './storage.js';
export { StorageModule } from './storage.module.js';
export { StorageSettings } from './storage.settings.js';
