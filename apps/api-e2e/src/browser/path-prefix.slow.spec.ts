// needs: account-recovery
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { describeWithBrowser } from '@gatehouse/testing';
import { Mailbox } from '../support/mailbox.js';
import { PrefixProxy } from '../support/prefix-proxy.js';
import { PASSWORD, send, TestApp } from '../support/test-app.js';
import { launchChromium, WatchedPage } from '../support/browser.js';

const PREFIX = '/a/shop';

let app: TestApp;
let proxy: PrefixProxy;

beforeAll(async () => {
  proxy = await PrefixProxy.start(PREFIX, () => app.url);
  app = await TestApp.start({
    NODE_ENV: 'development',
    WORKER: 'inside',
    PUBLIC_URL: `${proxy.origin}${PREFIX}/`,
  });
});
afterAll(async () => {
  await proxy?.stop();
  await app?.stop();
});

describe('Under a path prefix that a proxy strips', () => {
  const get = (path: string) => send(proxy.origin, 'GET', path);
  /** Addresses in `src`, `href`, `action` and `data-endpoint` that lead to this server. */
  const linksIn = (html: string): string[] =>
    [...html.matchAll(/(?:src|href|action|data-endpoint)="(\/[^"]*)"/g)].map(([, link]) => link!);

  it('every link on every page works', async () => {
    const pages = [
      '/docs',
      '/redoc',
      '/problems',
      '/problems/validation',
      '/dev/mail',
      '/account/reset-password',
      '/account/verify-email',
    ];
    for (const page of pages) {
      const { status, text } = await get(PREFIX + page);
      expect([page, status]).toEqual([page, 200]);
      for (const link of linksIn(text)) {
        expect([page, link]).toEqual([page, expect.stringMatching(new RegExp(`^${PREFIX}/`))]);
        expect([link, (await get(link)).status]).toEqual([link, link.includes('/api/') ? 405 : 200]);
      }
      expect(linksIn(text).length).toBeGreaterThan(page === '/dev/mail' ? -1 : 0);
    }
  });

  it('the document names its server and its token URLs with the path', async () => {
    const { body } = await get(`${PREFIX}/openapi.json`);
    expect(body.servers[0].url).toBe(PREFIX);
    const { tokenUrl, refreshUrl } = body.components.securitySchemes.login.flows.password;
    expect([tokenUrl, refreshUrl]).toEqual([`${PREFIX}/api/v1/auth/login`, `${PREFIX}/api/v1/auth/refresh`]);
    expect(body.info.description).toContain(`(${PREFIX}/problems)`);
  });

  it('Location and checkouts and mails lead back through the proxy', async () => {
    expect((await get(`${PREFIX}/`)).headers.get('location')).toBe(`${PREFIX}/docs`);
    const token = await app.loginAs('admin');
    const made = await send(proxy.origin, 'POST', `${PREFIX}/api/v1/groups`, {
      token,
      body: { name: 'Prefixed' },
    });
    expect(made.headers.get('location')).toBe(`${PREFIX}/api/v1/groups/${made.body.id}`);
    await send(proxy.origin, 'POST', `${PREFIX}/api/v1/auth/forgot-password`, {
      body: { email: 'demo@example.com' },
    });
    await new Mailbox(app).idle();
    const { body } = await send(proxy.origin, 'GET', `${PREFIX}/dev/mail`, {
      headers: { accept: 'application/json' },
    });
    const mail = await get(`${PREFIX}/dev/mail/${body.items[0].id}`);
    expect(linksIn(mail.text)).toEqual([`${PREFIX}/dev/mail`]);
    expect(mail.text).toContain(`${proxy.origin}${PREFIX}/account/reset-password#token=`);
  });
});

describeWithBrowser('Swagger UI and ReDoc under a path', (chromium) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium(chromium);
  });
  afterAll(() => browser?.close());

  it('load, log in and call', async ({ onTestFailed }) => {
    const watched = await WatchedPage.open(browser, proxy.origin);
    onTestFailed(() => console.error(watched.faults.join('\n')));
    const { page } = watched;
    await page.goto(`${PREFIX}/`);
    await page.getByRole('heading', { name: /Gatehouse/ }).waitFor();
    expect(page.url()).toBe(`${proxy.origin}${PREFIX}/docs`);
    await page.locator('.auth-wrapper .authorize').click();
    const flow = page.locator('.modal-ux .auth-container', { hasText: 'OAuth2, password' });
    await flow.locator('#oauth_username').fill('demo');
    await flow.locator('#oauth_password').fill(PASSWORD);
    await flow.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click();
    await flow.getByRole('button', { name: 'Remove authorization' }).waitFor();
    await page.goto(`${PREFIX}/redoc`);
    await page.getByRole('heading', { level: 1, name: /Gatehouse/ }).waitFor();
    await page.goto(`${PREFIX}/problems/validation`);
    await page.getByRole('link', { name: 'API documentation' }).click();
    await page.locator('#swagger-ui .opblock, #swagger-ui .opblock-tag').first().waitFor();
    expect(watched.faults).toEqual([]);
    await watched.close();
  });
});
