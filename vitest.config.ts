import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const conditions = ['@gatehouse/source', 'node', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['libs/**/*.spec.ts', 'apps/**/*.spec.ts', 'tools/**/*.spec.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // Two at least, also on two cores: specs wait a part of their time for servers beside them.
    maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
    // Loading the application takes seconds, so a worker does it once and not for each of two hundred spec files.
    isolate: false,
    // Specs wait for real servers on a machine that may be busy: this is to end what hangs, not to judge speed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    reporters: ['default', 'libs/platform/testing/src/summary-reporter.ts'],
    setupFiles: ['reflect-metadata', 'libs/platform/testing/src/after-file.ts'],
    globalSetup: ['libs/platform/embedded-postgres/src/testing/test-server.ts'],
  },
});
