import type { Environment } from './environment.js';

/** Settings of a feature: each property has a rule such as `@Int(1, 100)` and optionally a default. */
export type SettingsClass<T extends object = object> = new () => T;

/** Optional member of such a class. */
export interface CheckedSettings {
  /** @returns errors across several settings: sentences that start with the name of a setting, and show no value */
  problems(environment: Environment): string[];
}
