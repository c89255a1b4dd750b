import type { Environment } from './environment.js';

/** Settings of a feature: each property has a default, or none, and a rule such as `@Int(1, 100)`. */
export type SettingsClass<T extends object = object> = new () => T;

/** What such a class may also have. */
export interface CheckedSettings {
  /** @returns what is wrong with several settings together: sentences that begin with the name of one, and show no value */
  problems(environment: Environment): string[];
}
