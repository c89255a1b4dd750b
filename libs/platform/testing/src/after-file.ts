import { ConsoleLogger, Logger } from '@nestjs/common';
import { afterAll, vi } from 'vitest';

/** Spec files share a process: what one has replaced, the next finds as it was. */
afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  Logger.overrideLogger(new ConsoleLogger());
});
