import { describe, expect, it } from 'vitest';
import { type DataFactory, type FeatureDeclaration, featureOptions } from './feature-declaration.js';
import { declarationsOf, FeatureModule } from './feature-module.decorator.js';
import { inOrder } from './run-factories.js';

// As a library with such lists does.
featureOptions.add('topics');

function feature(root: string, permissions: string[] = [], topics: string[] = []) {
  class Feature {}
  const declaration = {
    root,
    tag: root,
    description: '',
    permissions: permissions.map((name) => ({ name, description: '', defaultRoles: [] })),
    topics: topics.map((name) => ({ name, description: '' })),
  };
  FeatureModule(declaration, {})(Feature);
  return Feature;
}

class NoData implements DataFactory {
  shouldRun = async () => false;
  run = async () => {};
}
const withFactory = (root: string, ...dependsOn: string[]): FeatureDeclaration => ({
  root,
  tag: root,
  description: '',
  factory: { use: NoData, dependsOn },
});

describe('declarationsOf', () => {
  it('collects what modules declare', () => {
    expect(declarationsOf([feature('a', ['a.x']), feature('b')]).map(({ root }) => root)).toEqual(['a', 'b']);
  });

  it.each([
    ['a module that is no feature', () => [class Plain {}], /Plain is not a feature/],
    ['a root declared twice', () => [feature('a'), feature('a')], /feature root "a" is declared twice/],
    [
      'a permission declared twice',
      () => [feature('a', ['a.x', 'a.x'])],
      /permission "a.x" is declared twice/,
    ],
    ['a permission of another namespace', () => [feature('a', ['b.x'])], /must start with "a\."/],
    ['a topic declared twice', () => [feature('a', [], ['a.x', 'a.x'])], /topic "a.x" is declared twice/],
    [
      'a topic of another namespace',
      () => [feature('a'), feature('b', [], ['a.x'])],
      /topic "a.x" of the feature "b" must start with "b\."/,
    ],
  ])('refuses %s', (_, modules, message) => {
    expect(() => declarationsOf(modules())).toThrow(message);
  });
});

it('refuses an option that does not exist, also one that is spread', () => {
  const declaration = { root: 'a', tag: 'a', description: '', permisions: [] };
  class Feature {}
  FeatureModule({ ...declaration }, {})(Feature);
  expect(() => declarationsOf([Feature])).toThrow('@FeatureModule() has no option "permisions"');
});

it('refuses a permission for a role that is not declared', () => {
  class Users {}
  FeatureModule({ root: 'a', tag: 'a', description: '', roles: ['admin', 'user'] }, {})(Users);
  class Feature {}
  const permissions = [{ name: 'b.x', description: '', defaultRoles: ['usher'] }];
  FeatureModule({ root: 'b', tag: 'b', description: '', permissions }, {})(Feature);
  expect(() => declarationsOf([Users, Feature])).toThrow('The permission "b.x" names the role "usher"');
});

describe('inOrder', () => {
  it('orders factories after those they depend on', () => {
    const ordered = inOrder([withFactory('c', 'b'), withFactory('b', 'a'), withFactory('a')]);
    expect(ordered.map(({ root }) => root)).toEqual(['a', 'b', 'c']);
  });

  it('refuses cyclic and unknown dependencies', () => {
    expect(() => inOrder([withFactory('a', 'b'), withFactory('b', 'a')])).toThrow(/a → b → a/);
    expect(() => inOrder([withFactory('a', 'z')])).toThrow(/depends on "z"/);
  });
});
