import { takeLock } from '@gatehouse/database';
import type { ModuleRef } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import type { FeatureDeclaration } from './feature-declaration.js';

/**
 * Makes the development data that is missing, each feature's after that of the features it depends on, all in
 * one transaction and in one process at a time.
 *
 * @param report called with a line of progress before each feature
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
      report(`Making development data: ${root}`);
      await instance.run(manager);
    }
  });
}

/**
 * The declarations that have a factory, each after those it depends on.
 *
 * @throws when a dependency is unknown or goes round in a circle
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
