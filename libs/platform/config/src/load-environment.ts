import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { Environment } from './environment.js';

const MIN_SECRET_LENGTH = 32;
const WELL_KNOWN = /secret|change|example|p[a@]ssw[o0]rd|development|test|default|placeholder|(.)\1{7}/i;

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
  const known = new Set(Object.keys(new Environment()).concat(optionalKeys));
  const given = Object.fromEntries(
    Object.entries(variables).filter(([key, value]) => known.has(key) && value),
  );
  const environment = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const problems = [
    ...validateSync(environment, { stopAtFirstError: true }).flatMap((error) =>
      Object.values(error.constraints ?? {}),
    ),
    ...secretProblems(environment, given),
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
  'ADMIN_USERNAME',
  'ADMIN_EMAIL',
  'ADMIN_PASSWORD',
  'SERVER_TIMING',
  'DEVELOPMENT_DATA',
] satisfies (keyof Environment)[];

function secretProblems(environment: Environment, given: Record<string, unknown>): string[] {
  if (environment.isDevelopment) return [];
  const problems: string[] = [];
  if (!given['JWT_SECRET']) problems.push('JWT_SECRET must be set outside development');
  else if (environment.JWT_SECRET.length < MIN_SECRET_LENGTH || WELL_KNOWN.test(environment.JWT_SECRET)) {
    problems.push(
      `JWT_SECRET must be at least ${MIN_SECRET_LENGTH} random characters: try "openssl rand -base64 48"`,
    );
  }
  if (environment.ADMIN_PASSWORD && WELL_KNOWN.test(environment.ADMIN_PASSWORD)) {
    problems.push('ADMIN_PASSWORD must not be a well-known password');
  }
  if (environment.isProduction && environment.THROTTLE_DISABLED)
    problems.push('THROTTLE_DISABLED is refused in production');
  if (environment.isProduction && environment.DEVELOPMENT_DATA)
    problems.push('DEVELOPMENT_DATA is refused in production');
  return problems;
}
