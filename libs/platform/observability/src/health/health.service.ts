import { UnavailableProblem } from '@gatehouse/http';
import type { Logger } from 'pino';
import type { Draining } from './draining.js';

/** Resolves when the dependency works, and rejects when it does not. */
type HealthCheck = () => Promise<void>;

interface Dependency {
  name: string;
  check: HealthCheck;
  optional: boolean;
}

/** A dependency, and why it does not work, if so. */
type Result = Dependency & { failure?: unknown };

/** Milliseconds that a check may take. */
const TIME_LIMIT = 2000;
const RETRY_SECONDS = 5;

/** Answers the two questions of an orchestrator: whether to restart the process, and whether to send it requests. */
export class HealthService {
  private readonly dependencies: Dependency[] = [];
  /** Names that failed at the last look, so that the log tells changes and not every look. */
  private failing = '';

  constructor(
    private readonly draining: Draining,
    private readonly logger: Logger,
  ) {}

  /**
   * Adds a check of readiness.
   *
   * @param options `optional`: the application answers without it, if less well. Its loss is reported and takes no
   * process out of rotation, since it would take out all of them at once
   * @throws when the name is taken
   */
  register(name: string, check: HealthCheck, { optional = false } = {}): void {
    if (this.dependencies.some((known) => known.name === name))
      throw new Error(`There is a health check "${name}" already`);
    this.dependencies.push({ name, check: shared(check), optional });
  }

  /**
   * `degraded` while something optional is away.
   *
   * @throws {UnavailableProblem} that names the failing essential checks (the reasons are in the log), or while
   * draining
   */
  async ready(): Promise<{ status: 'ok' | 'degraded'; checks: Record<string, 'ok' | 'away'> }> {
    if (this.draining.active) throw new UnavailableProblem('The server is shutting down', RETRY_SECONDS);
    const results = await Promise.all(this.dependencies.map(resultOf));
    const failed = results.filter((result) => 'failure' in result);
    this.logChange(failed);
    const essential = failed.filter(({ optional }) => !optional);
    if (essential.length > 0) throw new UnavailableProblem(`Not ready: ${namesOf(essential)}`, RETRY_SECONDS);
    return {
      status: failed.length > 0 ? 'degraded' : 'ok',
      checks: Object.fromEntries(results.map((result) => [result.name, 'failure' in result ? 'away' : 'ok'])),
    };
  }

  private logChange(failed: Result[]): void {
    const failing = namesOf(failed);
    if (failing === this.failing) return;
    this.failing = failing;
    for (const { name, optional, failure } of failed)
      this.logger.warn({ check: name, optional, err: failure }, 'health_check_failed');
    if (!failing) this.logger.info('health_checks_passed');
  }
}

async function resultOf(dependency: Dependency): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${TIME_LIMIT} ms`)), TIME_LIMIT);
  try {
    await Promise.race([dependency.check(), promise]);
    return dependency;
  } catch (failure) {
    return { ...dependency, failure };
  } finally {
    clearTimeout(timer);
  }
}

/** Callers that come while the check runs wait for that run, so that a hanging dependency is asked only once. */
function shared(check: HealthCheck): HealthCheck {
  let running: Promise<void> | undefined;
  return () =>
    (running ??= Promise.resolve()
      .then(check)
      .finally(() => (running = undefined)));
}

function namesOf(results: Result[]): string {
  return results.map(({ name }) => name).join(', ');
}
