#!/usr/bin/env node
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';

const TEMPLATE = join(import.meta.dirname, '../..');
const USAGE = `Makes a project of your own of the template.

  node tools/create DIR [options]      in a new folder
  npm run setup -- [options]           in this clone

  --name acme                name of the project in kebab-case
  --title "Acme Shop"        name for people (default: the name with capitals and spaces)
  --features auth,users      features to keep, with those that they use (default: all)
  --licence MIT|none         (default: MIT)
  --holder "Acme Ltd"        who holds the rights (default: "The authors of" the title)
  --port 3000                where the API listens
  --yes                      asks nothing: the defaults for all that is not given
`;

/** A mistake of the caller, reported without a stack. */
class Refusal extends Error {}

/** Checks of the answers. Each returns what is wrong. */
const CHECKS = {
  name: (name) => /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || 'must be in kebab-case, e.g. acme-shop',
  title: (title) =>
    /^[^\s"`$\\<>](.*[^\s"`$\\<>])?$/u.test(title) || 'must not be empty, nor have quotes or brackets',
  features: (features) => {
    const known = readdirSync(join(TEMPLATE, 'libs/features'));
    const unknown = features.split(',').filter((each) => !known.includes(each.trim()));
    return unknown.length === 0 || `has no "${unknown.join('", "')}"; the features are ${known.join(', ')}`;
  },
  licence: (licence) => ['MIT', 'none'].includes(licence) || 'must be MIT or none',
  holder: (holder) => /\S/.test(holder) || 'must not be empty',
  port: (port) => (/^\d+$/.test(port) && port > 0 && port < 65_536) || 'must be a number from 1 to 65535',
};

async function main() {
  const { values, positionals } = parse();
  if (values.help) return void process.stdout.write(USAGE);
  if (positionals.length > 1) throw new Refusal(`One folder is enough: ${positionals.join(' ')}`);
  const target = positionals[0] === undefined ? TEMPLATE : resolve(positionals[0]);
  refuseUsed(target);
  const answers = await complete(values);
  const isNew = target !== TEMPLATE;
  const started = Date.now();
  try {
    if (isNew) git(process.cwd(), 'clone', '--quiet', TEMPLATE, target);
    if (isNew || !existsSync(join(target, 'node_modules')))
      run(target, 'npm', 'ci', '--no-audit', '--no-fund', '--prefer-offline');
    const options = Object.entries(answers).map(([name, value]) => `--${name}=${value}`);
    console.log('Writing the project, its lock file and its snapshots: this takes a minute or two');
    run(target, 'npm', 'run', '--silent', 'generate', '--', 'setup', ...options);
  } catch (error) {
    if (isNew) rmSync(target, { recursive: true, force: true });
    else restore(target);
    throw error;
  }
  commit(target, answers.title ?? answers.name);
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(
    `\n${answers.name} is ready, after ${seconds} s. Start it:\n\n  ${isNew ? `cd ${positionals[0]} && ` : ''}npm start\n`,
  );
}

function parse() {
  const option = { type: 'string' };
  const options = Object.fromEntries(Object.keys(CHECKS).map((name) => [name, option]));
  try {
    return parseArgs({
      options: { ...options, yes: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new Refusal(`${error.message}\n\n${USAGE}`);
  }
}

/** Refuses a folder whose content would be lost. */
function refuseUsed(target) {
  if (target !== TEMPLATE) {
    if (existsSync(target) && readdirSync(target).length > 0) throw new Refusal(`${target} is not empty`);
  } else if (git(target, 'status', '--porcelain') !== '')
    throw new Refusal('There are uncommitted changes. Commit or discard them first: `git status` lists them');
}

/** Asks for what is not given, and checks all. */
async function complete({ yes, help: _, ...given }) {
  const answers = { ...given };
  if (!yes && process.stdin.isTTY) {
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    for (const name of Object.keys(CHECKS)) {
      if (answers[name] !== undefined) continue;
      for (;;) {
        const answer = (
          await terminal.question(`${name}${name === 'name' ? '' : ' (empty for the default)'}: `)
        ).trim();
        if (answer === '' && name !== 'name') break;
        const problem = CHECKS[name](answer);
        if (problem === true) {
          answers[name] = answer;
          break;
        }
        console.log(`  ${problem}`);
      }
    }
    terminal.close();
  }
  if (answers.name === undefined) throw new Refusal(`--name is missing\n\n${USAGE}`);
  const problems = Object.entries(answers).flatMap(([name, value]) => {
    const problem = CHECKS[name](value);
    return problem === true ? [] : [`--${name} ${problem}`];
  });
  if (problems.length > 0) throw new Refusal(problems.join('\n'));
  return answers;
}

/** Makes the project the first commit of a new history. The template stays known as the remote `template`. */
function commit(target, title) {
  git(target, 'checkout', '--quiet', '--orphan', 'own');
  git(target, 'add', '--all');
  const { status } = spawnSync('git', ['commit', '--quiet', '--message', `Create ${title}`], {
    cwd: target,
    stdio: 'inherit',
  });
  if (status !== 0) return console.log('Commit the project once git knows your name and email.');
  git(target, 'branch', '--move', '--force', 'main');
  if (git(target, 'remote').split('\n').includes('origin'))
    git(target, 'remote', 'rename', 'origin', 'template');
}

/** Discards all changes to a clone that had none. */
function restore(target) {
  git(target, 'reset', '--quiet', '--hard');
  git(target, 'clean', '--quiet', '--force', '-d');
}

function git(cwd, ...parameters) {
  return execFileSync('git', parameters, { cwd, encoding: 'utf8' }).trim();
}

function run(cwd, command, ...parameters) {
  const { status } = spawnSync(command, parameters, {
    cwd,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0)
    throw new Refusal(`\`${command} ${parameters.join(' ')}\` failed, see above. Nothing is changed`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
