import { execFileSync } from 'node:child_process';
import { readJson, type Tree } from '@nx/devkit';

/** The module list of the application. */
export const FEATURES = 'apps/api/src/features.ts';

/** Scope of the packages, without `@`. */
export function scopeOf(tree: Tree): string {
  return readJson<{ name: string }>(tree, 'apps/api/package.json').name.slice(1).split('/')[0]!;
}

/** Returns a function that runs a command in the workspace and shows its output. */
export function runnerIn({ root }: Tree): (command: string, ...parameters: string[]) => void {
  return (command, ...parameters) =>
    void execFileSync(command, parameters, {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
}

/** Links packages that are new in the workspace, and unlinks those that have left it. */
export const LINK_PACKAGES = [
  'npm',
  'install',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--prefer-offline',
] as const;
