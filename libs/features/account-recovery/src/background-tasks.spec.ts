import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BackgroundTasks } from './background-tasks.js';

let tasks: BackgroundTasks;
let log: string[];
const wait = () => Promise.withResolvers<void>();

beforeEach(() => {
  tasks = new BackgroundTasks();
  log = [];
});
afterEach(() => void vi.restoreAllMocks());

it('begins after whoever asked has gone on', async () => {
  tasks.run('late', async () => void log.push('work'));
  await Promise.resolve();
  log.push('answer');
  await tasks.idle();
  expect(log).toEqual(['answer', 'work']);
});

it('runs a few at a time, in order, and all of them', async () => {
  const gates = Array.from({ length: 10 }, () => wait());
  gates.forEach(({ promise }, n) =>
    tasks.run(`task ${n}`, () => {
      log.push(String(n));
      return promise;
    }),
  );
  const idle = tasks.idle();
  expect(log).toEqual(['0', '1', '2', '3']);
  gates[2]!.resolve();
  await vi.waitFor(() => expect(log).toEqual(['0', '1', '2', '3', '4']));
  gates.forEach(({ resolve }) => resolve());
  await idle;
  expect(log).toHaveLength(10);
});

it('keeps the shutdown waiting, also for what has not begun', async () => {
  const gate = wait();
  tasks.run('slow', () => gate.promise);
  const shutdown = tasks.beforeApplicationShutdown().then(() => log.push('closed'));
  tasks.run('later', async () => void log.push('later'));
  await new Promise(setImmediate);
  expect(log).toEqual(['later']);
  gate.resolve();
  await shutdown;
  expect(log).toEqual(['later', 'closed']);
});

it('logs what fails, and goes on', async () => {
  const error = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  const cause = new Error('no database');
  for (let n = 0; n < 5; n++) tasks.run('sending', () => Promise.reject(cause));
  tasks.run('throwing', () => {
    throw cause;
  });
  tasks.run('good', async () => void log.push('good'));
  await tasks.idle();
  expect(log).toEqual(['good']);
  expect(error).toHaveBeenCalledTimes(6);
  expect(error).toHaveBeenCalledWith('Failed: sending', cause);
});
