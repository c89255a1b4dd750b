import { existsSync } from 'node:fs';
import { Environment, loadEnvironment } from '@gatehouse/config';

/** The settings from the environment and, where it does not set them, from a file `.env` in the current folder. */
export function readEnvironment(): Environment {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return loadEnvironment(process.env);
}
