import 'reflect-metadata';
import { registerSecretSetting } from '@gatehouse/text';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
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
  const known = new Set(Object.keys(new Environment()).concat(optionalKeys));
  const given = Object.fromEntries(
    Object.entries(variables).filter(([key, value]) => known.has(key) && value),
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

/** Settings without a default: class fields that do not exist on a fresh instance. */
const optionalKeys = [
  'DATABASE_URL',
  'REDIS_URL',
  'PUBLIC_URL',
  'MAIL_URL',
  'JWT_PRIVATE_KEY',
  'PAYMENT_PROVIDER',
  'STRIPE_API_KEY',
  'ADMIN_USERNAME',
  'ADMIN_EMAIL',
  'ADMIN_PASSWORD',
  'SERVER_TIMING',
  'DEVELOPMENT_DATA',
] satisfies (keyof Environment)[];

function productionProblems(environment: Environment): string[] {
  if (environment.isDevelopment) return [];
  const problems: string[] = [];
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
