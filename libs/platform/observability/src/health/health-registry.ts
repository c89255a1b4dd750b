/** Resolves when the dependency works, and rejects when it does not. */
export type HealthCheck = () => Promise<void>;

export interface HealthCheckOptions {
  /**
   * The application answers without it, if less well: its loss is reported and takes no process out of rotation,
   * since it would take out all of them at once.
   */
  optional?: boolean;
}

/** How a check went. */
export interface HealthResult {
  name: string;
  optional: boolean;
  /** `undefined` when it passed. */
  failure: unknown;
}

/** Milliseconds that a check may take. */
const TIME_LIMIT = 2000;

/** The checks of readiness. Libraries register theirs at start. */
export class HealthRegistry {
  private readonly checks = new Map<string, { check: HealthCheck; optional: boolean }>();

  /** @throws Error when the name is taken */
  register(name: string, check: HealthCheck, { optional = false }: HealthCheckOptions = {}): void {
    if (this.checks.has(name)) throw new Error(`There is a health check "${name}" already`);
    this.checks.set(name, { check: shared(check), optional });
  }

  /** Runs all checks at once, and never rejects. */
  run(): Promise<HealthResult[]> {
    const results = [...this.checks].map(async ([name, { check, optional }]) => {
      const failure = await withinLimit(check).then(
        () => undefined,
        (reason: unknown) => reason ?? new Error('rejected without a reason'),
      );
      return { name, optional, failure };
    });
    return Promise.all(results);
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

async function withinLimit(check: HealthCheck): Promise<void> {
  const { promise, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${TIME_LIMIT} ms`)), TIME_LIMIT);
  try {
    await Promise.race([check(), promise]);
  } finally {
    clearTimeout(timer);
  }
}
