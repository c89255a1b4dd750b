import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { whenOverdue } from './overdue.js';

afterEach(() => {
  vi.useRealTimers();
});

function pause(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

it('calls once, when the time has elapsed', async () => {
  vi.useFakeTimers();
  const onOverdue = vi.fn();
  whenOverdue(60, onOverdue);
  await vi.advanceTimersByTimeAsync(59);
  expect(onOverdue).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(100);
  expect(onOverdue).toHaveBeenCalledOnce();
});

it('does not count a pause of the process as waiting', async () => {
  const onOverdue = vi.fn();
  const cancel = whenOverdue(400, onOverdue);
  pause(500);
  await sleep(50);
  expect(onOverdue).not.toHaveBeenCalled();
  cancel();
});

it('does not call once it is cancelled', async () => {
  vi.useFakeTimers();
  const onOverdue = vi.fn();
  const cancel = whenOverdue(20, onOverdue);
  await vi.advanceTimersByTimeAsync(19);
  cancel();
  await vi.advanceTimersByTimeAsync(100);
  expect(onOverdue).not.toHaveBeenCalled();
});
