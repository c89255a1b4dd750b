import { defineConfig } from 'vitest/config';

const conditions = ['@gatehouse/source', 'node', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['libs/**/*.spec.ts', 'apps/**/*.spec.ts', 'tools/**/*.spec.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    setupFiles: ['reflect-metadata'],
    globalSetup: ['libs/platform/testing/src/global-setup.ts'],
  },
});
