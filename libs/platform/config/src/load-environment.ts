import 'reflect-metadata';
import { registerSecretSetting } from '@gatehouse/text';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import { Environment } from './environment.js';
import type { CheckedSettings, SettingsClass } from './settings.js';
import { isWeakSecret, STRONG } from './weak-secret.js';

type Variables = Record<string, string | undefined>;

/** All errors of the environment in one message. */
export class EnvironmentError extends Error {
  constructor(readonly problems: string[]) {
    super(['The environment is not valid:', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
    this.name = 'EnvironmentError';
  }
}

/**
 * Reads and validates the settings.
 * @param variables usually `process.env`
 * @param parts the settings of the features
 * @throws {EnvironmentError} naming every invalid variable at once
 */
export function loadEnvironment(variables: Variables, parts: readonly SettingsClass[] = []): Environment {
  for (const [name, value] of Object.entries(variables)) if (value) registerSecretSetting(name, value);
  const environment = read(Environment, variables);
  const settings = parts.map((part) => read(part, variables) as Partial<CheckedSettings>);
  const problems = [
    ...[environment, ...settings].flatMap(brokenRules),
    ...ownProblems(environment, Boolean(variables['JWT_SECRET']?.trim())),
    ...settings.flatMap((part) => part.problems?.(environment) ?? []),
  ];
  if (problems.length > 0) throw new EnvironmentError(problems);
  for (const part of settings) environment.add(part);
  return environment;
}

/** Names of all settings: the validated properties of the classes. */
export function settingNames(parts: readonly SettingsClass[]): Set<string> {
  return new Set([Environment, ...parts].flatMap(namesOf));
}

function namesOf(settings: SettingsClass): string[] {
  return getMetadataStorage()
    .getTargetValidationMetadatas(settings, '', false, false)
    .map(({ propertyName }) => propertyName);
}

function read<T extends object>(settings: SettingsClass<T>, variables: Variables): T {
  const given = namesOf(settings).flatMap((name) => {
    const value = variables[name]?.trim();
    return value ? [[name, value]] : [];
  });
  return plainToInstance(settings, Object.fromEntries(given), { exposeDefaultValues: true });
}

function brokenRules(settings: object): string[] {
  return validateSync(settings, { stopAtFirstError: true }).flatMap((error) =>
    Object.values(error.constraints ?? {}),
  );
}

/** One sentence for each variable that is not a setting, but resembles the name of one. */
export function misspeltSettings(variables: Variables, parts: readonly SettingsClass[]): string[] {
  const settings = settingNames(parts);
  return Object.keys(variables)
    .filter((name) => !settings.has(name))
    .flatMap((name) => {
      const meant = [...settings].find((setting) => isAlmost(name, setting));
      return meant ? [`${name} is not a setting: did you mean ${meant}?`] : [];
    });
}

/** Whether one or two letters differ, one in a short name: HOME does not resemble HOST. */
function isAlmost(name: string, setting: string): boolean {
  return editDistance(name.toUpperCase(), setting) <= (setting.length < 8 ? 1 : 2);
}

/** Number of letters to insert, delete, replace, or swap with the next one. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? rows[i - 2]![j - 2]! + 1 : Infinity;
      row.push(Math.min(row[j - 1]! + 1, rows[i - 1]![j]! + 1, replaced, swapped));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** @param secretIsGiven whether `JWT_SECRET` is set to something other than the development default */
function ownProblems(environment: Environment, secretIsGiven: boolean): string[] {
  if (environment.isDevelopment) return [];
  const problems: string[] = [];
  if (!secretIsGiven) problems.push('JWT_SECRET must be set outside development');
  else if (isWeakSecret(environment.JWT_SECRET)) problems.push(`JWT_SECRET ${STRONG}`);
  if (!environment.DATABASE_URL) problems.push('DATABASE_URL must be set outside development');
  if (environment.isProduction && environment.THROTTLE_DISABLED)
    problems.push('THROTTLE_DISABLED is not allowed in production');
  if (environment.isProduction && environment.DEVELOPMENT_DATA)
    problems.push('DEVELOPMENT_DATA is not allowed in production');
  return problems;
}
