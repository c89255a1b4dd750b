// needs: books
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithBrowser } from '@gatehouse/testing';
import { TestApp } from '../support/test-app.js';
import { launchChromium } from '../support/browser.js';

describeWithBrowser('A browser with a cache', (chromium) => {
  let app: TestApp;
  let browser: Browser;

  beforeAll(async () => {
    [app, browser] = await Promise.all([
      TestApp.start({ NODE_ENV: 'development' }),
      launchChromium(chromium),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it('shows its own write in its next read, and revalidates with the stored tag', async () => {
    const token = await app.loginAs('admin');
    // Not a watched page: Playwright disables the browser's cache when it intercepts requests.
    const page = await browser.newPage({ baseURL: app.url });
    await page.goto('/docs');
    const seen = await page.evaluate(async (authorization) => {
      const path = '/api/v1/books?pageSize=100&sort=-createdAt';
      const read = async () => {
        const reply = await fetch(path, { headers: { authorization } });
        const { items } = (await reply.json()) as { items: { title: string }[] };
        return items.some(({ title }) => title === 'Written in a browser');
      };
      const before = [await read(), await read()];
      await fetch('/api/v1/books', {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ title: 'Written in a browser', author: 'A', description: '', rating: 5 }),
      });
      const after = await read();
      const sizes = performance.getEntriesByType('resource') as unknown as {
        name: string;
        transferSize: number;
      }[];
      return {
        before,
        after,
        // A 304 consists of headers only, whose size is reported as 300 bytes.
        transfers: sizes.filter(({ name }) => name.endsWith(path)).map(({ transferSize }) => transferSize),
      };
    }, `Bearer ${token}`);
    await page.close();
    expect([seen.before, seen.after]).toEqual([[false, false], true]);
    expect(seen.transfers.map((bytes) => bytes <= 300)).toEqual([false, true, false]);
  });
});
