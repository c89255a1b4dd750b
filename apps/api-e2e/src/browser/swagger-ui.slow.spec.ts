import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWithBrowser } from '@gatehouse/testing';
import { PASSWORD, TestApp } from '../support/test-app.js';
import { launchChromium, WatchedPage } from '../support/browser.js';

const ME = '/api/v1/users/me';

describeWithBrowser('The documentation pages in a browser', (chromium) => {
  let app: TestApp;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    [app, browser] = await Promise.all([
      TestApp.start({ NODE_ENV: 'development', WORKER: 'inside' }),
      launchChromium(chromium),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  beforeEach(async ({ onTestFailed }) => {
    watched = await WatchedPage.open(browser, app.url);
    ({ page } = watched);
    onTestFailed(() => console.error(watched.faults.join('\n')));
  });
  afterEach(() => watched.close());

  const dialog = () => page.locator('.modal-ux');
  const passwordFlow = () => dialog().locator('.auth-container', { hasText: 'OAuth2, password' });

  async function openDialog(): Promise<void> {
    await page.locator('.auth-wrapper .authorize').click();
    await dialog().waitFor();
  }

  async function closeDialog(): Promise<void> {
    await dialog().getByRole('button', { name: 'Close' }).last().click();
    await dialog().waitFor({ state: 'detached' });
  }

  async function openTag(name: string): Promise<void> {
    await page.locator('.opblock-tag', { hasText: name }).first().click();
  }

  /** Pixels by which the page is wider than the screen. */
  const overflow = () =>
    page.evaluate('document.documentElement.scrollWidth - window.innerWidth') as Promise<number>;

  /** Executes the opened operation. @returns the body that the page shows, once it shows the status */
  async function execute(operation: Locator, status: string): Promise<string> {
    await operation.getByRole('button', { name: 'Execute' }).click();
    const shown = operation.locator('.live-responses-table .response').first();
    await shown.locator('.response-col_status', { hasText: status }).waitFor();
    return shown.locator('.highlight-code code').first().innerText();
  }

  it('Swagger UI logs in with name and password, calls as that user, and logs out', async () => {
    await page.goto('/docs');
    await page.getByRole('heading', { name: /Gatehouse/ }).waitFor();
    await watched.screenshot('swagger-ui');

    await openDialog();
    await passwordFlow().locator('#oauth_username').fill('demo');
    await passwordFlow().locator('#oauth_password').fill(PASSWORD);
    await watched.screenshot('swagger-ui-authorise');
    await passwordFlow().getByRole('button', { name: 'Apply given OAuth2 credentials' }).click();
    await passwordFlow().getByRole('button', { name: 'Remove authorization' }).waitFor();
    await watched.screenshot('swagger-ui-authorised');
    await closeDialog();

    await openTag('Users');
    const operation = page.locator('.opblock-get', { has: page.locator(`[data-path="${ME}"]`) });
    await operation.locator('.opblock-summary-control').click();
    expect(JSON.parse(await execute(operation, '200'))).toMatchObject({ username: 'demo', role: 'user' });
    await operation.locator('.live-responses-table').scrollIntoViewIfNeeded();
    await watched.screenshot('swagger-ui-200');
    expect(watched.faults).toEqual([]);

    await openDialog();
    await passwordFlow().getByRole('button', { name: 'Remove authorization' }).click();
    await passwordFlow().getByRole('button', { name: 'Apply given OAuth2 credentials' }).waitFor();
    await closeDialog();
    expect(await execute(operation, '401')).toContain('Authentication required');
    await watched.screenshot('swagger-ui-401');
    // Chromium reports the refusal itself, and nothing else.
    expect(watched.faults).toEqual([expect.stringMatching(/^console: .* 401 .*\/api\/v1\/users\/me$/)]);
  });

  it('Swagger UI starts folded, and its dialogue starts with the log-in, without irrelevant fields', async () => {
    await page.goto('/docs');
    await page.locator('.opblock-tag').first().waitFor();
    expect(await page.locator('.opblock').count()).toBe(0);
    // needs: account-recovery, books
    const tags = await page
      .locator('.opblock-tag')
      .evaluateAll((all) => all.map((tag) => tag.getAttribute('data-tag')));
    expect(tags.slice(0, 4)).toEqual(['Auth', 'Account recovery', 'Users', 'Books']);
    // end
    await openDialog();
    expect(await dialog().locator('h4').first().innerText()).toContain('login');
    expect(
      await dialog()
        .locator('#oauth_username')
        .evaluate((input) => input.matches(':focus')),
    ).toBe(true);
    expect(
      await dialog()
        .locator('label', { hasText: /client/i })
        .filter({ visible: true })
        .count(),
    ).toBe(0);
    expect(watched.faults).toEqual([]);
  });

  it.each(['/docs', '/dev/mail', '/problems'])('%s fits a screen of 390 pixels', async (path) => {
    // needs: account-recovery
    await app.request('POST', '/api/v1/auth/forgot-password', { body: { email: 'admin@example.com' } });
    // end
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(path);
    if (path === '/docs') {
      await openTag('Users');
      await page.locator('.opblock-summary-control').first().click();
      await page.locator('.responses-table').first().waitFor();
    }
    await watched.screenshot(`narrow${path.replaceAll('/', '-')}`);
    expect(await overflow()).toBe(0);
    expect(watched.faults).toEqual([]);
  });

  it('ReDoc shows the document and searches it', async () => {
    await page.goto('/redoc');
    await page.getByRole('heading', { level: 1, name: /Gatehouse/ }).waitFor();
    // needs: books
    await page.getByRole('heading', { level: 2, name: /List books$/ }).waitFor();
    // end
    await watched.screenshot('redoc');
    await page.getByPlaceholder('Search...').fill('moderate');
    await page.locator('[role=search] [role=menuitem]').first().waitFor();
    await watched.screenshot('redoc-search');
    expect(watched.faults).toEqual([]);
  });
});
