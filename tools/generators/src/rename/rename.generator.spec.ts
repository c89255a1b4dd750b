import { readJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { beforeEach, expect, it } from 'vitest';
import rename, { replacer } from './rename.generator.js';

const FILES = {
  'package.json': '{ "name": "gatehouse", "workspaces": ["libs/*"] }',
  'README.md': '# Gatehouse\n\nGatehouse is a template.\n',
  '.github/workflows/ci.yml': 'name: gatehouse\n',
  'libs/http/src/gatehouse.ts': `import { a } from '@gatehouse/text';\nexport const startGatehouse = () => a('gatehouse_session');\n`,
};

let tree: Tree;

beforeEach(() => {
  tree = createTreeWithEmptyWorkspace();
  for (const [path, content] of Object.entries(FILES)) tree.write(path, content);
});

const contents = () =>
  Object.fromEntries(
    tree.listChanges().flatMap(({ path, content }) => (content ? [[path, content.toString()]] : [])),
  );

it('renames texts and files, and nothing the second time', async () => {
  await rename(tree, { name: 'acme-shop', title: 'Acme & Co' });
  const once = contents();
  expect(readJson(tree, 'package.json')).toMatchObject({ name: 'acme-shop', title: 'Acme & Co' });
  expect(once['README.md']).toBe('# Acme & Co\n\nAcme & Co is a template.\n');
  expect(once['.github/workflows/ci.yml']).toBe('name: acme-shop\n');
  expect(tree.exists('libs/http/src/gatehouse.ts')).toBe(false);
  expect(once['libs/http/src/acme-shop.ts']).toBe(
    `import { a } from '@acme-shop/text';\nexport const startAcmeShop = () => a('acme_shop_session');\n`,
  );
  expect(JSON.stringify(once)).not.toMatch(/gatehouse/i);
  await rename(tree, { name: 'acme-shop', title: 'Acme & Co' });
  expect(contents()).toEqual(once);
});

it('renames a project that was renamed before', async () => {
  await rename(tree, { name: 'acme-shop', title: 'Acme & Co' });
  await rename(tree, { name: 'gatehouse' });
  expect(contents()['README.md']).toBe(FILES['README.md']);
  expect(contents()['libs/http/src/gatehouse.ts']).toBe(FILES['libs/http/src/gatehouse.ts']);
});

it.each([
  ['__Host-gatehouse_session', '__Host-my_app_session'],
  ['gatehouse_test_1', 'my_app_test_1'],
  ['GATEHOUSE_URL', 'MY_APP_URL'],
  ['gatehouseContender', 'myAppContender'],
  ['libs/@gatehouse/x', 'libs/@my-app/x'],
  ['class GatehouseError of Gatehouse', 'class MyAppError of My App'],
])('makes of %s %s', (text, expected) => {
  const replace = replacer({ name: 'gatehouse', title: 'Gatehouse' }, { name: 'my-app', title: 'My App' });
  expect(replace(text)).toBe(expected);
});
