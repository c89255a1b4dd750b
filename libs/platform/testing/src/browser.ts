import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The Chromium for specs: `CHROMIUM_PATH`, otherwise an installed one. */
const chromiumPath = process.env['CHROMIUM_PATH'] || installedChromium();

/**
 * Specs that need a browser. Without Chromium they are skipped with a warning; with `REQUIRE_BROWSER=1` they fail.
 * @param specs receives the path of the program; also called with an empty path to collect skipped specs
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
