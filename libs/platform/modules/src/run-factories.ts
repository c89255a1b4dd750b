import { takeLock } from '@gatehouse/database';
import type { ModuleRef } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import type { FeatureDeclaration } from './feature-declaration.js';

/**
 * Creates missing development data, in dependency order, in one transaction and one process at a time.
 * @param report called with a progress message before each feature
 */
export async function runFactories(
  declarations: readonly FeatureDeclaration[],
  dataSource: DataSource,
  moduleRef: ModuleRef,
  report: (line: string) => void,
): Promise<void> {
  await dataSource.transaction(async (manager) => {
    await takeLock('modules.factories', manager);
    for (const { root, factory } of inOrder(declarations)) {
      const instance = moduleRef.get(factory!.use, { strict: false });
      if (!(await instance.shouldRun(manager))) continue;
      report(`Creating development data: ${root}`);
      await instance.run(manager);
    }
  });
}

/**
 * Sorts the declarations that have a factory by their dependencies.
 * @throws when a dependency is unknown or circular
 */
export function inOrder(declarations: readonly FeatureDeclaration[]): FeatureDeclaration[] {
  const ordered = new Set<FeatureDeclaration>();
  const visit = (declaration: FeatureDeclaration, path: string[]): void => {
    if (ordered.has(declaration)) return;
    if (path.includes(declaration.root)) {
      throw new Error(`Data factories depend on each other: ${[...path, declaration.root].join(' → ')}`);
    }
    for (const root of declaration.factory?.dependsOn ?? []) {
      const dependency = declarations.find((candidate) => candidate.root === root && candidate.factory);
      if (!dependency)
        throw new Error(`The data factory of "${declaration.root}" depends on "${root}", which has none`);
      visit(dependency, [...path, declaration.root]);
    }
    ordered.add(declaration);
  };
  declarations.filter(({ factory }) => factory).forEach((declaration) => visit(declaration, []));
  return [...ordered];
}
