import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The Chromium that specs may run: `CHROMIUM_PATH`, else what is installed. */
const chromiumPath = process.env['CHROMIUM_PATH'] || installedChromium();

/**
 * Specs that need a browser. Without Chromium they are skipped, loudly; with `REQUIRE_BROWSER=1` they fail.
 *
 * @param specs takes the path of the program; it also runs, to collect what is skipped, with an empty one
 */
export function describeWithBrowser(name: string, specs: (chromium: string) => void): void {
  if (!chromiumPath && process.env['REQUIRE_BROWSER'] === '1') {
    it(name, () => {
      throw new Error('REQUIRE_BROWSER is set, and there is no Chromium: install it or set CHROMIUM_PATH');
    });
    return;
  }
  if (!chromiumPath) console.warn(`SKIPPED, since there is no Chromium: ${name}`);
  describe.skipIf(!chromiumPath)(name, () => specs(chromiumPath ?? ''));
}

function installedChromium(): string | undefined {
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)];
  return PROGRAMS.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) =>
    existsSync(path),
  );
}
