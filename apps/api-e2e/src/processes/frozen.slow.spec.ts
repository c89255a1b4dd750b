// needs: books
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TwoProcesses } from '../support/two-processes.js';

let processes: TwoProcesses;

beforeAll(async () => {
  processes = await TwoProcesses.start();
});
afterAll(() => processes?.stop());

it('a suspended process delays one write, and shows nothing stale when it resumes', async () => {
  const [a, b] = [processes.a.client, processes.b.client];
  const token = await a.tokenOf('admin');
  const me = '/api/v1/users/me';
  const book = { title: 'Title', author: 'Stood Still', description: 'Is changed often.', rating: 3 };
  const { headers } = await a.send('POST', '/api/v1/books', { token, body: book });
  const list = '/api/v1/books/author/Stood%20Still';
  for (let i = 0; i < 2; i++) await b.get(list);
  await b.send('GET', me, { token });

  processes.b.signal('SIGSTOP');
  const times: number[] = [];
  for (let i = 1; i <= 8; i++) {
    const change = { token, body: { title: `Title ${i}` } };
    const { status, ms } = await a.send('PATCH', headers['location']!, change);
    expect(status).toBe(200);
    times.push(ms);
  }
  await a.send('POST', '/api/v1/auth/logout', { token });
  expect(times.filter((ms) => ms > 1_500).length).toBeLessThanOrEqual(1);

  // Both have arrived before it resumes.
  const reads = Promise.all([b.get(list), b.send('GET', me, { token })]);
  await new Promise((resolve) => setTimeout(resolve, 100));
  processes.b.signal('SIGCONT');
  const [shown, known] = await reads;
  expect(shown.body.items[0].title).toBe('Title 8');
  expect(known.status).toBe(401);
});
