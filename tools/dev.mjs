import { spawn } from 'node:child_process';
import { globSync, watch } from 'node:fs';

/** Watches folders instead of files, because many editors save by replacing the file. */
const FOLDERS = '{apps/api,libs/*/*}/{src,mails}/{,**/}';
const SOURCES = /(?<!\.spec)\.(ts|json|html|txt)$/;
/** One save causes several events. */
const SETTLE_MS = 50;
const MAIN = [
  '--enable-source-maps',
  '--conditions=@gatehouse/source',
  '--import=./tools/typescript.mjs',
  'apps/api/src/main.ts',
];

const watched = new Set();
let settling;
let app;

/** Runs the application from its sources. */
function start() {
  for (const folder of globSync(FOLDERS)) {
    if (watched.has(folder)) continue;
    watched.add(folder);
    watch(folder, (_, file) => SOURCES.test(file) && changed());
  }
  app = spawn(process.execPath, MAIN, { stdio: 'inherit' });
}

/** Restarts the application after a clean shutdown. */
function changed() {
  clearTimeout(settling);
  settling = setTimeout(() => {
    if (app.exitCode !== null || app.signalCode) start();
    else if (app.listenerCount('exit') === 0) app.once('exit', start).kill();
  }, SETTLE_MS);
}

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    clearTimeout(settling);
    app.removeAllListeners('exit').once('exit', () => process.exit());
    app.kill(signal);
  });
start();
