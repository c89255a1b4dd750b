export { configureApp } from './configure-app.js';
export { createApp } from './create-app.js';
export { databaseOptions } from './database-options.js';
export { features } from './features.js';
