import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const ARTIFACTS = fileURLToPath(new URL('../../../../artifacts/', import.meta.url));
const VIEWPORT = { width: 1280, height: 900 };
const STEP_LIMIT_MS = 60_000;

/** Nothing but the pages under test reaches for the network. Playwright itself turns the sandbox off. */
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

/** A page of a profile of its own, and everything that goes wrong on it. */
export class WatchedPage {
  /**
   * Errors of scripts, warnings and errors of the console (statuses from 400 and violations of the page's policy are
   * among them), and requests that failed or went elsewhere.
   */
  readonly faults: string[] = [];

  private constructor(readonly page: Page) {}

  /** @param url of the server under test; requests to any other are faults, and are not sent */
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

  /** Keeps what the page looks like in `artifacts/`. */
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
