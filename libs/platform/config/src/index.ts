export { ConfigModule } from './config.module.js';
export { Environment } from './environment.js';
export { EnvironmentError, loadEnvironment, misspeltSettings } from './load-environment.js';
