import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { whenOverdue } from './overdue.js';

function pause(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

it('calls once, when the time is over', async () => {
  const onOverdue = vi.fn();
  whenOverdue(60, onOverdue);
  await sleep(40);
  expect(onOverdue).not.toHaveBeenCalled();
  await vi.waitUntil(() => onOverdue.mock.calls.length > 0);
  await sleep(100);
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
  const onOverdue = vi.fn();
  const cancel = whenOverdue(20, onOverdue);
  await sleep(15);
  cancel();
  await sleep(60);
  expect(onOverdue).not.toHaveBeenCalled();
});
