import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const ARTIFACTS = fileURLToPath(new URL('../../../../artifacts/', import.meta.url));
const VIEWPORT = { width: 1280, height: 900 };
const STEP_LIMIT_MS = 60_000;

/** Only the pages under test use the network. Playwright itself disables the sandbox. */
const ARGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, headless: true, args: ARGS });
}

/** A page in a separate profile, and everything that goes wrong on it. */
export class WatchedPage {
  /**
   * Script errors, console warnings and errors (including statuses from 400 and violations of the page's policy), failed
   * requests, and requests to other hosts.
   */
  readonly faults: string[] = [];

  private constructor(readonly page: Page) {}

  /** @param url URL of the server under test; requests to other hosts are faults, and are not sent */
  static async open(browser: Browser, url: string): Promise<WatchedPage> {
    const context = await browser.newContext({ baseURL: url, viewport: VIEWPORT });
    context.setDefaultTimeout(STEP_LIMIT_MS);
    const watched = new WatchedPage(await context.newPage());
    watched.watch();
    await context.route(
      (address) => /^(http|ws)s?:$/.test(address.protocol) && address.origin !== url,
      (route) => {
        watched.faults.push(`external request: ${route.request().url()}`);
        return route.abort();
      },
    );
    return watched;
  }

  /** Saves a screenshot in `artifacts/`. */
  async screenshot(name: string): Promise<void> {
    await mkdir(ARTIFACTS, { recursive: true });
    await this.page.screenshot({ path: join(ARTIFACTS, `${name}.png`) });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  private watch(): void {
    this.page.on('pageerror', (error) => this.faults.push(`script: ${error.message}`));
    this.page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        this.faults.push(`console: ${message.text()} ${message.location().url}`.trim());
    });
    this.page.on('requestfailed', (request) =>
      this.faults.push(`failed: ${request.url()} ${request.failure()?.errorText}`),
    );
  }
}
