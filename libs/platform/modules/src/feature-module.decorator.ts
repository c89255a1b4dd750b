import { Module, ModuleMetadata, Type } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { SettingsClass } from '@gatehouse/config';
import { type FeatureDeclaration, featureOptions, namedLists } from './feature-declaration.js';

const declarations = new WeakMap<object, FeatureDeclaration>();

/**
 * Makes a class a Nest module and declares its feature.
 * @example \@FeatureModule({ root: 'books', tag: 'Books', description: '…', permissions: […] }, { controllers: […],
 * providers: […] }) export class BooksModule {}
 */
export function FeatureModule(declaration: FeatureDeclaration, metadata: ModuleMetadata): ClassDecorator {
  return (target) => {
    declarations.set(target, declaration);
    for (const controller of metadata.controllers ?? []) ApiTags(declaration.tag)(controller);
    const factory = declaration.factory?.use;
    Module({ ...metadata, providers: [...(metadata.providers ?? []), ...(factory ? [factory] : [])] })(
      target,
    );
  };
}

/**
 * Returns the declarations of feature modules.
 * @throws when a module is not a feature, when it has an option that does not exist, when two share a root or the name of a permission or the like, when such a
 * name does not start with its feature's root, or when a permission names an undeclared role
 */
export function declarationsOf(modules: readonly Type<unknown>[]): FeatureDeclaration[] {
  const found = modules.map((module) => {
    const declaration = declarations.get(module);
    if (!declaration) throw new Error(`${module.name} is not a feature: declare it with @FeatureModule`);
    return declaration;
  });
  refuseUnknown(found);
  refuseDuplicates(
    'feature root',
    found.map(({ root }) => root),
  );
  checkNames(found);
  checkRoles(found);
  return found;
}

/** The settings classes that feature modules declare, for `loadEnvironment`. */
export function settingsOf(modules: readonly Type<unknown>[]): SettingsClass[] {
  return declarationsOf(modules).flatMap(({ settings }) => settings ?? []);
}

function refuseUnknown(features: FeatureDeclaration[]): void {
  const names = features.flatMap((feature) => Object.keys(feature));
  const unknown = names.find((name) => !featureOptions.has(name));
  if (unknown) throw new Error(`@FeatureModule() has no option "${unknown}"`);
}

/** Names must be unique in the application and start with the name of their feature. */
function checkNames(features: readonly FeatureDeclaration[]): void {
  const all = features.flatMap((feature) =>
    namedLists(feature).flatMap(([key, things]) =>
      things.map(({ name }) => ({ root: feature.root, kind: key.replace(/s$/, ''), name })),
    ),
  );
  for (const [kind, things] of Map.groupBy(all, (each) => each.kind)) {
    refuseDuplicates(
      kind,
      things.map(({ name }) => name),
    );
  }
  const stray = all.find(({ root, name }) => !name.startsWith(`${root}.`));
  if (stray) {
    const { kind, name, root } = stray;
    throw new Error(`The ${kind} "${name}" of the feature "${root}" must start with "${root}."`);
  }
}

function checkRoles(features: readonly FeatureDeclaration[]): void {
  const roles = features.flatMap((feature) => feature.roles ?? []);
  for (const { name, defaultRoles } of features.flatMap(({ permissions }) => permissions ?? [])) {
    const unknown = roles.length > 0 && defaultRoles.find((role) => !roles.includes(role));
    if (unknown)
      throw new Error(`The permission "${name}" names the role "${unknown}", which no feature declares`);
  }
}

function refuseDuplicates(kind: string, names: string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`The ${kind} "${twice}" is declared twice`);
}
