import type { Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { beforeEach, expect, it } from 'vitest';
import generateFeature from '../feature/feature.generator.js';
import addField from './field.generator.js';

let tree: Tree;

const fields = 'name:string, note:string(500)?, shelf:shelf?, size:enum(s|m)?';

/** The sources of the shelves. */
const sources = () =>
  ['entity', 'dto'].map((kind) => tree.read(`libs/features/shelves/src/shelf.${kind}.ts`, 'utf-8')!);

beforeEach(async () => {
  tree = createTreeWithEmptyWorkspace();
  tree.write('apps/api/package.json', '{ "name": "@acme/api" }');
  tree.write('apps/api/src/features.ts', `import { A } from 'a';\n\nexport const features = [\n  A,\n];\n`);
  tree.write('libs/features/a/src/shelf.entity.ts', `@Entity('shelves')`);
  await generateFeature(tree, { name: 'shelves', fields: 'name:string' });
});

it('adds what the generator of features would have written', async () => {
  const [, ...added] = fields.split(', ');
  for (const field of added) await addField(tree, { name: 'shelves', field });
  const later = sources();
  tree.delete('libs/features/shelves');
  await generateFeature(tree, { name: 'shelves', fields });
  const lines = (text: string) =>
    text
      .replace(/import \{[^}]*\} from/g, 'import from')
      .split('\n')
      .toSorted();
  const atOnce = sources();
  for (const [index, text] of later.entries()) expect(lines(text)).toEqual(lines(atOnce[index]!));
});

it('changes nothing when the field exists', async () => {
  await addField(tree, { name: 'shelves', field: 'note:string?' });
  const once = sources();
  await addField(tree, { name: 'shelves', field: 'note:integer?' });
  expect(sources()).toEqual(once);
});

it.each([
  ['note:string', 'make it nullable'],
  ['note:string?, more:string?', 'one field at a time'],
  ['books:book[]', 'make it nullable'],
])('refuses %s, and changes nothing', async (field, message) => {
  const before = sources();
  await expect(addField(tree, { name: 'shelves', field })).rejects.toThrow(message);
  expect(sources()).toEqual(before);
});
