import { UnavailableProblem } from '@gatehouse/http';
import type { Logger } from 'pino';
import type { Draining } from './draining.js';
import type { HealthRegistry, HealthResult } from './health-registry.js';

export interface LiveReport {
  status: 'ok';
}

export interface ReadyReport {
  /** `degraded` while something optional is away. */
  status: 'ok' | 'degraded';
  /** Each dependency by name, e.g. `{ database: 'ok' }`. */
  checks: Record<string, 'ok' | 'away'>;
}

const RETRY_SECONDS = 5;

/** Answers the two questions of whoever runs the process: restart it? send it requests? */
export class HealthService {
  /** Names that failed at the last look, so that the log tells changes and not every look. */
  private failing = '';

  constructor(
    private readonly registry: HealthRegistry,
    private readonly draining: Draining,
    private readonly logger: Logger,
  ) {}

  /** That the process can answer at all: restarting it would not bring a database back. */
  live(): LiveReport {
    return { status: 'ok' };
  }

  /**
   * @throws {UnavailableProblem} that names the failing essential checks (the reasons are in the log), or while
   * draining
   */
  async ready(): Promise<ReadyReport> {
    if (this.draining.active) throw new UnavailableProblem('The server is shutting down', RETRY_SECONDS);
    const results = await this.registry.run();
    const failed = results.filter(({ failure }) => failure !== undefined);
    this.logChange(failed);
    const essential = failed.filter(({ optional }) => !optional);
    if (essential.length > 0) throw new UnavailableProblem(`Not ready: ${namesOf(essential)}`, RETRY_SECONDS);
    return {
      status: failed.length > 0 ? 'degraded' : 'ok',
      checks: Object.fromEntries(
        results.map(({ name, failure }) => [name, failure === undefined ? 'ok' : 'away']),
      ),
    };
  }

  private logChange(failed: HealthResult[]): void {
    const failing = namesOf(failed);
    if (failing === this.failing) return;
    this.failing = failing;
    for (const { name, optional, failure } of failed)
      this.logger.warn({ check: name, optional, err: failure }, 'health_check_failed');
    if (!failing) this.logger.info('health_checks_passed');
  }
}

function namesOf(results: HealthResult[]): string {
  return results.map(({ name }) => name).join(', ');
}
