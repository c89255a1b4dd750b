import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { forkSource } from '@gatehouse/testing';

const fixture = new URL('./ending-process.fixture.ts', import.meta.url);

async function run(end: string): Promise<{ status: number; lines: Record<string, unknown>[] }> {
  const child = forkSource(fixture, [end], { silent: true });
  const [output, [status]] = await Promise.all([
    text(child.stdout!),
    once(child, 'exit') as Promise<[number]>,
  ]);
  expect(output).not.toContain('s3cr3t');
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { status, lines };
}

describe('the log of an ending process', () => {
  it('is complete after process.exit', async () => {
    const { status, lines } = await run('exit');
    expect(status).toBe(0);
    expect(lines).toMatchObject([{ level: 'info', msg: 'before the end' }]);
  });

  it.each([
    ['reject', 'unhandledRejection', 'boom'],
    ['throw-later', 'uncaughtException', 'JSON'],
  ])(
    'ends with the cause after %s, and the status is 1',
    async (end, origin, message) => {
      const { status, lines } = await run(end);
      expect(status).toBe(1);
      expect(lines).toMatchObject([
        { msg: 'before the end' },
        { level: 'fatal', msg: 'uncaught_error', origin, err: { message: expect.stringContaining(message) } },
      ]);
    },
    20_000,
  );
});
