import { startTracing } from '@gatehouse/tracing';
import { loadEnvFile } from './env-file.js';

// The rest is imported once tracing has started, which instruments modules while they load.
try {
  loadEnvFile();
  await startTracing('gatehouse');
  await import('./start-api.js');
} catch (error) {
  const { explain } = await import('./explain.js');
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
