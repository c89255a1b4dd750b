import 'reflect-metadata';
import { registerSecretSetting } from '@gatehouse/text';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import { Environment } from './environment.js';
import { jwtProblems } from './jwt-problems.js';
import { paymentProblems } from './payment-problems.js';
import { isWeakPassword } from './weak-secret.js';

/** All that is wrong with the environment, in one message. */
export class EnvironmentError extends Error {
  constructor(readonly problems: string[]) {
    super(['The environment is not valid:', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
    this.name = 'EnvironmentError';
  }
}

/**
 * Reads and checks the settings.
 *
 * @param variables usually `process.env`
 * @throws {EnvironmentError} naming every wrong variable at once
 */
export function loadEnvironment(variables: Record<string, string | undefined>): Environment {
  for (const [name, value] of Object.entries(variables)) if (value) registerSecretSetting(name, value);
  const given = Object.fromEntries(
    [...settingNames].flatMap((name) => {
      const value = variables[name]?.trim();
      return value ? [[name, value]] : [];
    }),
  );
  const environment = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const problems = [
    ...validateSync(environment, { stopAtFirstError: true }).flatMap((error) =>
      Object.values(error.constraints ?? {}),
    ),
    ...jwtProblems(environment, given['JWT_SECRET'] !== undefined),
    ...paymentProblems(environment, given['PAYMENT_WEBHOOK_SECRET'] !== undefined),
    ...productionProblems(environment),
  ];
  if (problems.length > 0) throw new EnvironmentError(problems);
  return environment;
}

/** The names of all settings: what the class validates. */
export const settingNames: ReadonlySet<string> = new Set(
  getMetadataStorage()
    .getTargetValidationMetadatas(Environment, '', false, false)
    .map(({ propertyName }) => propertyName),
);

/** One sentence for each variable that is no setting, but is spelled almost as one. */
export function misspeltSettings(variables: Record<string, string | undefined>): string[] {
  return Object.keys(variables)
    .filter((name) => !settingNames.has(name))
    .flatMap((name) => {
      const meant = [...settingNames].find((setting) => isAlmost(name, setting));
      return meant ? [`${name} is not a setting: did you mean ${meant}?`] : [];
    });
}

/** Whether one or two letters differ, one in a short name: HOME is not HOST. */
function isAlmost(name: string, setting: string): boolean {
  return editDistance(name.toUpperCase(), setting) <= (setting.length < 8 ? 1 : 2);
}

/** Letters to insert, to delete, to replace, or to swap with the next one. */
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

function productionProblems(environment: Environment): string[] {
  if (environment.isDevelopment) return [];
  const problems: string[] = [];
  if (!environment.DATABASE_URL) problems.push('DATABASE_URL must be set outside development');
  if (environment.ADMIN_PASSWORD && isWeakPassword(environment.ADMIN_PASSWORD)) {
    problems.push('ADMIN_PASSWORD must not be a well-known password');
  }
  if (environment.MAIL_URL && !environment.PUBLIC_URL)
    problems.push('PUBLIC_URL must be set where mails are sent: their links start with it');
  if (environment.isProduction && environment.THROTTLE_DISABLED)
    problems.push('THROTTLE_DISABLED is refused in production');
  if (environment.isProduction && environment.DEVELOPMENT_DATA)
    problems.push('DEVELOPMENT_DATA is refused in production');
  return problems;
}
