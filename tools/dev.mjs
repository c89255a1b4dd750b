import { spawn, spawnSync } from 'node:child_process';

/** `npm run dev`: compiles what changes and restarts the API. */
spawnSync('tsc', ['-b'], { stdio: 'inherit' });
const children = [
  spawn('tsc', ['-b', '--watch', '--preserveWatchOutput'], { stdio: 'inherit' }),
  spawn(
    'node',
    [
      '--watch-path=apps',
      '--watch-path=libs',
      '--watch-preserve-output',
      '--enable-source-maps',
      'apps/api/dist/main.js',
    ],
    {
      stdio: 'inherit',
    },
  ),
];
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => children.forEach((child) => child.kill(signal)));
