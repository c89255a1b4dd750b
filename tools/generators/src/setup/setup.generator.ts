import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  formatFiles,
  generateFiles,
  type GeneratorCallback,
  readJson,
  type Tree,
  updateJson,
  visitNotIgnoredFiles,
} from '@nx/devkit';
import { applyNeeds, deleteFeature, deleteWorkspaces } from '../remove/remove.generator.js';
import { renameAll, titleFrom } from '../rename/rename.generator.js';
import { LINK_PACKAGES, runnerIn } from '../workspace.js';
import { featuresOf, featuresWith, removalOrder } from './features.js';

export interface SetupOptions {
  name: string;
  title?: string;
  /** Separated by commas. */
  features?: string;
  licence?: 'MIT' | 'none';
  holder?: string;
  port?: number;
}

/** What a project remembers of its template, for later updates. */
export const ANSWERS = '.template.json';

const FILES = join(import.meta.dirname, '../../src/setup/files');
/** Scripts that only the template has. */
const OF_TEMPLATE = ['bench', 'setup', 'test:template'];
const DEFAULT_PORT = 3000;
/** The port of the API, and not Grafana's. */
const PORT = /(?<!3003\}:)\b3000\b/g;
const WITH_PORT =
  /^(\.env\.example|Dockerfile|docker-compose\.yml|docker\/.*|deploy\/.*|docs\/.*\.md|\.github\/.*|tools\/smoke\.mjs|libs\/platform\/config\/src\/(environment|load-environment\.spec)\.ts)$/;

/**
 * Turns a copy of the template into a project of one's own.
 * @returns what completes it once the files are written: lock file, references, snapshots
 * @throws {Error} for an unknown feature, and where it has run before
 */
export default async function setup(tree: Tree, options: SetupOptions): Promise<GeneratorCallback> {
  const { name, title = titleFrom(name), licence = 'MIT', port = DEFAULT_PORT } = options;
  if (tree.exists(ANSWERS)) throw new Error(`This project was set up already: ${ANSWERS} has the answers`);
  const { version } = readJson<{ version: string }>(tree, 'package.json');
  const asked =
    options.features
      ?.split(',')
      .map((each) => each.trim())
      .filter(Boolean) ?? featuresOf(tree);
  const features = featuresWith(tree, asked);
  const removed = featuresOf(tree).filter((each) => !features.includes(each));
  for (const feature of removalOrder(tree, removed)) deleteFeature(tree, feature);
  deleteWorkspaces(tree, ['tools/bench', 'tools/create']);
  tree.delete('tools/test-template.mjs');
  applyNeeds(tree, 'template', 'every-feature');
  const holder = options.holder ?? `The authors of ${title}`;
  writeLicence(tree, licence, holder);
  generateFiles(tree, join(FILES, 'project'), '.', { title, features, port });
  if (port !== DEFAULT_PORT) changePort(tree, port);
  const old = renameAll(tree, { name, title });
  const answers = { name, title, features, licence, holder, port };
  tree.write(ANSWERS, JSON.stringify({ version, answers }, undefined, 2));
  await formatFiles(tree);
  return () => {
    for (const feature of removed)
      rmSync(join(tree.root, 'libs/features', feature), { recursive: true, force: true });
    rmSync(join(tree.root, 'node_modules', `@${old}`), { recursive: true, force: true });
    const run = runnerIn(tree);
    run(...LINK_PACKAGES);
    run('npx', 'nx', 'sync');
    run('npm', 'run', 'snapshots');
    run('npx', 'prettier', '--write', '--log-level=warn', '.');
  };
}

function writeLicence(tree: Tree, licence: 'MIT' | 'none', holder: string): void {
  updateJson(tree, 'package.json', (manifest: { scripts: Record<string, string> }) => ({
    ...manifest,
    version: '0.1.0',
    license: licence === 'none' ? 'UNLICENSED' : licence,
    scripts: Object.fromEntries(
      Object.entries(manifest.scripts).filter(([name]) => !OF_TEMPLATE.includes(name)),
    ),
  }));
  if (licence === 'none') tree.delete('LICENSE');
  else {
    const text = tree.read('LICENSE', 'utf-8')!;
    tree.write(
      'LICENSE',
      text.replace(/Copyright .*/, `Copyright (c) ${new Date().getFullYear()} ${holder}`),
    );
  }
}

function changePort(tree: Tree, port: number): void {
  visitNotIgnoredFiles(tree, '.', (path) => {
    if (WITH_PORT.test(path)) tree.write(path, tree.read(path, 'utf-8')!.replace(PORT, String(port)));
  });
}
