import { readJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { beforeEach, expect, it } from 'vitest';
import generateFeature from '../feature/feature.generator.js';
import removeFeature from './remove.generator.js';

const FILES = {
  'apps/api/package.json': { name: '@acme/api', dependencies: { '@acme/users': '*' } },
  'apps/api/tsconfig.json': { references: [{ path: '../../libs/features/users' }] },
  '.oxlintrc.json': { rules: { tags: ['layer:platform', 'feature:users'] } },
};

let tree: Tree;

beforeEach(() => {
  tree = createTreeWithEmptyWorkspace();
  for (const [path, content] of Object.entries(FILES)) tree.write(path, JSON.stringify(content));
  tree.write(
    'apps/api/src/features.ts',
    `import { UsersModule } from '@acme/users';\n\nexport const features = [\n  UsersModule,\n];\n`,
  );
  tree.write('libs/features/users/src/index.ts', '');
});

const features = () => tree.read('apps/api/src/features.ts', 'utf-8')!.replace(/\s+/g, '');

it('removes what the generator of features has written', async () => {
  const before = features();
  await generateFeature(tree, { name: 'shelves', fields: 'name:string' });
  expect(features()).not.toBe(before);
  for (let run = 0; run < 2; run++) {
    await removeFeature(tree, { name: 'shelves' });
    expect(features().replace(',]', ']')).toBe(before.replace(',]', ']'));
    expect(readJson(tree, 'apps/api/package.json')).toEqual(FILES['apps/api/package.json']);
    expect(tree.listChanges().filter(({ path }) => path.includes('shel'))).toEqual([]);
  }
});

it('removes it from manifests, project references and the linter', async () => {
  await removeFeature(tree, { name: 'users' });
  expect(features()).toBe('exportconstfeatures=[];');
  expect(readJson(tree, 'apps/api/package.json').dependencies).toEqual({});
  expect(readJson(tree, 'apps/api/tsconfig.json')).toEqual({ references: [] });
  expect(readJson(tree, '.oxlintrc.json')).toEqual({ rules: { tags: ['layer:platform'] } });
});

it('removes nothing that another library uses', async () => {
  tree.write('libs/features/groups/src/groups.ts', `import { User } from '@acme/users/testing';`);
  await expect(removeFeature(tree, { name: 'users' })).rejects.toThrow('libs/features/groups/src/groups.ts');
  expect(tree.exists('libs/features/users/src/index.ts')).toBe(true);
});
