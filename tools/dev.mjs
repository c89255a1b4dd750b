import { spawn } from 'node:child_process';
import { globSync, watch } from 'node:fs';

/** Watched instead of files: many editors save by putting another file in the place of the old one. */
const FOLDERS = '{apps/api,libs/*/*}/{src,mails}/{,**/}';
const SOURCES = /(?<!\.spec)\.(ts|json|html|txt)$/;
/** An editor tells of one save several times. */
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

/** Runs it again, when it has ended in order. */
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
