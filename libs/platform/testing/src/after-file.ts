import { ConsoleLogger, Logger } from '@nestjs/common';
import { afterAll, vi } from 'vitest';

/** Spec files share a process: mocks of one must not affect the next. */
afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  Logger.overrideLogger(new ConsoleLogger());
});
