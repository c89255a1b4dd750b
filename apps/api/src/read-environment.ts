import { Environment, loadEnvironment, misspeltSettings } from '@gatehouse/config';
import { settingsOf } from '@gatehouse/modules';
import { loadEnvFile } from './env-file.js';
import { features } from './features.js';

/**
 * Reads the settings from the environment and, for those that are not set, from a file `.env` in the current folder.
 */
export function readEnvironment(): Environment {
  const parts = settingsOf(features);
  loadEnvFile();
  for (const sentence of misspeltSettings(process.env, parts)) process.stderr.write(`${sentence}\n`);
  return loadEnvironment(process.env, parts);
}
