import { ProcessBus } from './process-bus.js';

/** A second process for process-bus.spec.ts: stores the last message until a gap, and answers "state" with it. */
const bus = new ProcessBus(process.argv[2]!);
let last = 'nothing';
bus.subscribe('topic', (payload) => {
  last = payload;
});
bus.onGap(() => {
  last = 'nothing';
});
process.on('message', (message) => {
  if (message === 'state') process.send!({ last, connected: bus.connected });
  else void bus.publish('topic', String(message)).then(() => process.send!('published'));
});
await bus.start();
process.send!('ready');
