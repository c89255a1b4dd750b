export { ConfigModule } from './config.module.js';
export { Environment } from './environment.js';
export { EnvironmentError, loadEnvironment, misspeltSettings, settingNames } from './load-environment.js';
export { Int, isWebOrigin, isWebUrl, List, ServerUrl, Text } from './setting-rules.js';
export type { CheckedSettings, SettingsClass } from './settings.js';
export { isWeakPassword, isWeakSecret, STRONG } from './weak-secret.js';
