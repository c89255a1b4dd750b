export { ConfigModule } from './config.module.js';
export { Environment } from './environment.js';
export { EnvironmentError, loadEnvironment } from './load-environment.js';
