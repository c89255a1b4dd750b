// needs: template
// needs: every-feature
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { createTestDatabase, type TestDatabase } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiProcess } from '../support/api-process.js';

const README = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');

interface Step {
  command: string;
  output: string;
}

/** The commands after `$` in the blocks for a console, with what is printed below them. */
const steps: Step[] = [...README.matchAll(/^```console\n(\$.*?)^```/gms)].flatMap(([, block]) =>
  block!
    .split(/^\$ /m)
    .filter(Boolean)
    .map((text) => {
      const [, command, output] = /^((?:.*\\\n)*.*)\n([^]*)$/.exec(text)!;
      return { command: command!, output: output! };
    }),
);

describe('The tour of the README', () => {
  let database: TestDatabase;
  let api: ApiProcess;
  let functions = '';

  beforeAll(async () => {
    database = await createTestDatabase();
    const variables = { NODE_ENV: 'development', THROTTLE_DISABLED: 'false', DATABASE_URL: database.url };
    api = await ApiProcess.start(variables);
    // "The second request", since the tour begins with the first.
    await api.client.get('/api/v1/books?pageSize=1');
  });
  afterAll(async () => {
    await api?.stop();
    await database?.drop();
  });

  it('has steps', () => expect(steps.length).toBeGreaterThan(10));

  it.each(steps)('$command', async ({ command, output }) => {
    const own = command.replaceAll('localhost:3000', new URL(api.url).host);
    if (/^\w+\(\)/.test(own)) functions += `${own}\n`;
    const { stdout } = await promisify(execFile)('bash', ['-c', functions + own]);
    expect(withoutVariables(stdout)).toBe(withoutVariables(output));
  });
});

/** Leaves out what is different in each run, and line breaks within JSON. */
function withoutVariables(text: string): string {
  return text
    .replaceAll('\r', '')
    .replace(/([,{[])\n\s*/g, '$1')
    .replace(
      /"(id|requestId|actorId|subjectId|sessionId|createdAt|device|nextCursor|prefix|key)":"[^"]*"/g,
      '"$1":""',
    )
    .replace(/dur=[\d.]+/g, 'dur=')
    .replace(/r=\d+;t=\d+/, 'r=;t=')
    .trim();
}
