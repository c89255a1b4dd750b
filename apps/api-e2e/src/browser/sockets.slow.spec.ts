// needs: notifications, realtime
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { JobTable } from '@gatehouse/jobs/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithBrowser, SOON } from '@gatehouse/testing';
import { newcomer, type Person } from '../support/people.js';
import { launchChromium, WatchedPage } from '../support/browser.js';
import { PASSWORD, TestApp } from '../support/test-app.js';

describeWithBrowser('The page of the WebSocket in a browser', (chromium) => {
  let app: TestApp;
  let browser: Browser;

  beforeAll(async () => {
    [app, browser] = await Promise.all([TestApp.start(), launchChromium(chromium)]);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  async function logIn({ username }: Person, password = PASSWORD): Promise<WatchedPage> {
    const watched = await WatchedPage.open(browser, app.url);
    const { page } = watched;
    await page.goto('/static/sockets.html');
    await page.getByLabel('User').fill(username);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
    return watched;
  }

  it('logs in, talks in a room, shows a live notification, and ends with the session', async ({
    onTestFailed,
  }) => {
    const people = await Promise.all([newcomer(app), newcomer(app)]);
    const watched = await Promise.all(people.map((person) => logIn(person)));
    onTestFailed(() => console.error(watched.flatMap(({ faults }) => faults).join('\n')));
    const [here, there] = watched.map(({ page }) => page);
    for (const [i, page] of [here!, there!].entries()) {
      await page
        .getByRole('status')
        .filter({ hasText: `Connected as ${people[i]!.username}` })
        .waitFor();
      await page.getByRole('button', { name: 'Join' }).click();
      await page.getByText(/^You are Client #\d+ in lobby$/).waitFor();
    }
    await here!.getByLabel('Text').fill('Hello <b>there</b>');
    await here!.getByRole('button', { name: 'Say' }).click();
    for (const page of [here!, there!]) await page.getByText(/^Client #\d+: Hello <b>there<\/b>$/).waitFor();
    const admin = await app.loginAs('admin');
    const body = { userId: people[1]!.id, title: 'News', body: 'Doors open' };
    await app.request('POST', '/api/v1/notifications', { token: admin, body });
    await new JobTable(app.app).workOff('notifications.deliver');
    await there!.getByText('News: Doors open').waitFor();
    expect(await here!.getByText('News: Doors open').count()).toBe(0);
    await watched[1]!.screenshot('sockets');
    await app.request('DELETE', `/api/v1/users/${people[1]!.id}`, { token: admin });
    await there!.getByRole('status').filter({ hasText: 'Closed: ' }).waitFor();
    await here!.getByText(/^Client #\d+ disconnected$/).waitFor();
    await expect.poll(() => watched.flatMap(({ faults }) => faults), SOON).toEqual([]);
    await Promise.all(watched.map((each) => each.close()));
  });

  it('shows why a log-in fails', async () => {
    const watched = await logIn(await newcomer(app), 'Wr0ngPassword');
    const status = watched.page.getByRole('status').filter({ hasText: 'Incorrect username or password' });
    await status.waitFor();
    await watched.close();
  });

  it('opens sockets from pages of allowed origins, and of no others', async () => {
    const sites = await Promise.all([site(), site()]);
    const own = await TestApp.start({ ALLOWED_ORIGINS: sites[0]!.origin });
    const page = await browser.newPage();
    const outcomes: unknown[] = [];
    for (const { origin } of sites) {
      await page.goto(origin);
      const outcome = page.evaluate(
        (url) =>
          new Promise((resolve) => {
            const socket = new WebSocket(url);
            socket.addEventListener('close', ({ code }) => resolve(code));
            socket.addEventListener('open', () => resolve('open'));
          }),
        `${own.url.replace('http', 'ws')}/ws`,
      );
      outcomes.push(await outcome);
    }
    expect(outcomes).toEqual(['open', 1006]);
    await page.close();
    await own.stop();
    for (const { server } of sites) server.close().closeAllConnections();
  });
});

/** A web site with a page that is allowed to connect to everywhere. */
async function site(): Promise<{ server: Server; origin: string }> {
  const server = createServer((_request, response) => response.end('<!doctype html><title>Site</title>'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
