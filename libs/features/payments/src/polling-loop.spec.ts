import { Logger } from '@nestjs/common';
import { afterEach, expect, it, vi } from 'vitest';
import { PollingLoop } from './polling-loop.js';

const NEVER_MS = 3_600_000;

const logger = new Logger('spec');
const warn = vi.spyOn(logger, 'warn').mockReturnValue(undefined);
const log = vi.spyOn(logger, 'log').mockReturnValue(undefined);

let loop: PollingLoop;
afterEach(async () => {
  await loop.stop();
  vi.clearAllMocks();
});

function start(round: () => Promise<boolean>): void {
  loop = new PollingLoop(round, NEVER_MS, logger);
  loop.start();
}

it('goes on while there is more, and then rests until it is woken', async () => {
  const round = vi.fn(async () => round.mock.calls.length < 3);
  start(round);
  await vi.waitFor(() => expect(round).toHaveBeenCalledTimes(3));
  loop.wake();
  await vi.waitFor(() => expect(round).toHaveBeenCalledTimes(4));
});

it('hears a wake that comes during a round', async () => {
  const round = vi.fn(async () => {
    if (round.mock.calls.length === 1) loop.wake();
    return false;
  });
  start(round);
  await vi.waitFor(() => expect(round).toHaveBeenCalledTimes(2));
});

it('outlives failures, and tells of a series of them once', async () => {
  const round = vi.fn(async () => {
    if (round.mock.calls.length < 3) throw new Error('away');
    return false;
  });
  start(round);
  for (const calls of [1, 2, 3]) {
    await vi.waitFor(() => expect(round).toHaveBeenCalledTimes(calls));
    loop.wake();
  }
  await vi.waitFor(() => expect(log).toHaveBeenCalledWith('It works again'));
  expect(warn.mock.calls).toEqual([['Cannot work now, and will try again: away']]);
});

it('waits at its stop for the round that runs, and begins no other', async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const round = vi.fn(() => promise);
  start(round);
  const stopped = vi.fn();
  const stopping = loop.stop().then(stopped);
  await Promise.resolve();
  expect(stopped).not.toHaveBeenCalled();
  resolve(true);
  await stopping;
  expect(round).toHaveBeenCalledTimes(1);
});
