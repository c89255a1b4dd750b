import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { EnvironmentError } from '@gatehouse/config';

/** Sets the variables of a file `.env` in the current folder that are not set. */
export function loadEnvFile(): void {
  if (existsSync('.env')) Object.assign(process.env, { ...readEnvFile('.env'), ...process.env });
}

/** Reads UTF-8, or UTF-16 as written by editors on Windows. */
function readEnvFile(path: string): NodeJS.Dict<string> {
  try {
    const bytes = readFileSync(path);
    const encoding =
      bytes[0] === 0xff || bytes[1] === 0
        ? 'utf-16le'
        : bytes[0] === 0xfe || bytes[0] === 0
          ? 'utf-16be'
          : 'utf-8';
    return parseEnv(new TextDecoder(encoding, { fatal: true }).decode(bytes));
  } catch (error) {
    throw new EnvironmentError([`The file ${path} cannot be read: ${(error as Error).message}`]);
  }
}
