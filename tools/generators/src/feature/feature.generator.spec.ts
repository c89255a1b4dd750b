import { readJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { beforeEach, expect, it } from 'vitest';
import generateFeature from './feature.generator.js';

const FEATURES = [
  `import type { Type } from '@nestjs/common';`,
  `import { UsersModule } from '@acme/users';`,
  '',
  'export const features: readonly Type<unknown>[] = [',
  '  UsersModule,',
  '];',
  '',
].join('\n');

let tree: Tree;

beforeEach(() => {
  tree = createTreeWithEmptyWorkspace();
  tree.write(
    'apps/api/package.json',
    '{ "name": "@acme/api", "dependencies": { "@acme/users": "*", "typeorm": "*" } }',
  );
  tree.write('apps/api/src/features.ts', FEATURES);
  tree.write(
    'libs/features/users/src/users.module.ts',
    `@FeatureModule({ root: 'people', tag: 'Users' }, {})`,
  );
  tree.write(
    'libs/features/users/src/user.entity.ts',
    `@Entity('users') class User { @PrimaryColumn('uuid') id: string }`,
  );
});

const changed = () =>
  tree
    .listChanges()
    .filter(({ path }) => path.includes('shel'))
    .map(({ path }) => path)
    .toSorted();
const source = (path: string) => tree.read(`libs/features/shelves/src/${path}`, 'utf-8')!;

it('writes the files of the feature under the names of the workspace, and registers it', async () => {
  await generateFeature(tree, { name: 'shelves', fields: 'name:string(1..100), owner:user' });
  expect(changed()).toEqual([
    'apps/api-e2e/src/shelves/authorization.ts',
    'apps/api-e2e/src/shelves/new-shelf.ts',
    'apps/api-e2e/src/shelves/shelves.spec.ts',
    'libs/features/shelves/package.json',
    'libs/features/shelves/src/development/shelves.factory.ts',
    'libs/features/shelves/src/index.ts',
    'libs/features/shelves/src/shelf.dto.ts',
    'libs/features/shelves/src/shelf.entity.ts',
    'libs/features/shelves/src/shelves.controller.ts',
    'libs/features/shelves/src/shelves.module.ts',
    'libs/features/shelves/src/shelves.service.ts',
    'libs/features/shelves/tsconfig.json',
  ]);
  const features = tree.read('apps/api/src/features.ts', 'utf-8')!.replace(/\s+/g, ' ');
  expect(features).toContain(`import { ShelvesModule } from '@acme/shelves';`);
  expect(features).toMatch(/UsersModule, ShelvesModule,? ?\]/);
  expect(readJson(tree, 'apps/api/package.json').dependencies).toEqual({
    '@acme/shelves': '*',
    '@acme/users': '*',
    typeorm: '*',
  });
  expect(source('shelves.module.ts')).toContain(`dependsOn: ['people']`);
  expect(source('shelf.entity.ts')).toContain(`@ForeignKey('users', { name: 'shelves_owner_id_fkey'`);
});

it('leaves a feature that exists as it is', async () => {
  await generateFeature(tree, { name: 'shelves', fields: 'name:string' });
  tree.write('libs/features/shelves/src/index.ts', 'own');
  const before = tree.read('apps/api/src/features.ts', 'utf-8');
  await generateFeature(tree, { name: 'shelves', fields: 'title:string' });
  expect([source('index.ts'), tree.read('apps/api/src/features.ts', 'utf-8')]).toEqual(['own', before]);
});

it.each([
  [
    'a type that no feature has',
    { name: 'shelves', fields: 'cover:picture' },
    'No feature has a table "pictures"',
  ],
  ['no singular', { name: 'sheep', fields: 'name:string' }, 'Give the singular of "sheep"'],
])('writes nothing with %s', async (_, options, message) => {
  await expect(generateFeature(tree, options)).rejects.toThrow(message);
  expect(changed()).toEqual([]);
  expect(tree.read('apps/api/src/features.ts', 'utf-8')).toBe(FEATURES);
});
