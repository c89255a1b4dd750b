// needs: payments
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWithBrowser } from '@gatehouse/testing';
import { Shop } from '../payments/shop.js';
import { launchChromium, WatchedPage } from '../support/browser.js';

describeWithBrowser('The checkout page in a browser', (chromium) => {
  let shop: Shop;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    [shop, browser] = await Promise.all([Shop.open({ WORKER: 'inside' }), launchChromium(chromium)]);
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
  });

  beforeEach(async ({ onTestFailed }) => {
    watched = await WatchedPage.open(browser, shop.app.url);
    ({ page } = watched);
    onTestFailed(() => console.error(watched.faults.join('\n')));
  });
  afterEach(() => watched.close());

  const button = (name: string) => page.getByRole('button', { name });
  const status = (text: string) => page.getByRole('status').filter({ hasText: text });

  it('declines, and then pays, by its buttons and the keyboard', async () => {
    const thing = await shop.checkout({ description: 'Two tickets' });
    await page.goto(thing.path);
    await page.getByRole('heading', { name: 'Two tickets' }).waitFor();
    await watched.screenshot('checkout');
    await button('Decline').click();
    await status('was declined').waitFor();
    await button('Pay').focus();
    await page.keyboard.press('Enter');
    await status('it is paid').waitFor();
    expect(await button('Pay').count()).toBe(0);
    expect(await shop.statusOf(thing)).toBe('paid');
    expect(watched.faults).toEqual([]);
  });
});
