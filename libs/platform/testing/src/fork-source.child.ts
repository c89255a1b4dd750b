import 'reflect-metadata';
import { createViteServer } from 'vitest/node';

const conditions = ['@gatehouse/source', 'node', 'import', 'default'];

const server = await createViteServer({
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
});
await server.ssrLoadModule(process.argv[2]!);
