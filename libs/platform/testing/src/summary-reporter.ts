import type { Reporter, TestModule } from 'vitest/node';

type Failure = { readonly message?: string | undefined };

/**
 * Ends a run with a line for each file with skipped tests, one for each failure, and one with the counts, so that the
 * end of a log shows what failed. `.ci/run` reads the last two.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly Failure[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const failed = tests.filter((test) => test.result().state === 'failed');
    const failures = [
      ...failed.map((test) =>
        line(`${test.module.relativeModuleId} > ${test.fullName}`, test.result().errors),
      ),
      ...modules.flatMap((module) => outsideTests(module)),
      ...unhandledErrors.map((error) => line('outside of the tests', [error])),
    ];
    const skipped = modules.flatMap((module) => {
      const { length } = [...module.children.allTests('skipped')];
      return length > 0 ? [`SKIPPED ${module.relativeModuleId}: ${length} tests`] : [];
    });
    const passed = tests.filter((test) => test.result().state === 'passed').length;
    const counts = [
      `${passed} passed`,
      `${failures.length} failed`,
      `${tests.length - passed - failed.length} skipped`,
    ];
    console.log(['', ...skipped, ...failures, counts.join(', ')].join('\n'));
  }
}

/** Failures while a file is loaded, or in a hook around several tests. */
function outsideTests(module: TestModule): string[] {
  const suites = [module, ...module.children.allSuites()];
  return suites
    .filter((suite) => suite.errors().length > 0)
    .map((suite) =>
      line(
        suite.type === 'module' ? suite.relativeModuleId : `${module.relativeModuleId} > ${suite.fullName}`,
        suite.errors(),
      ),
    );
}

function line(name: string, errors: readonly Failure[] = []): string {
  const messages = errors.map(({ message }) => message ?? '').join('; ');
  return `FAILED ${name}: ${messages.replace(/\s+/g, ' ').slice(0, 1000)}`;
}
