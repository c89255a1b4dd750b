import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { isAlive } from './postmaster.js';
import { PROGRAM_ENVIRONMENT, type ServerBinaries, SYSTEM_FOLDER } from './server-binaries.js';
import { canEnter, isRoot, type ServerUser } from './server-user.js';

/** PostgreSQL's own folder, the password of its superuser, and the user that owns it and must run the server. */
export interface DataFolder {
  readonly path: string;
  readonly password: string;
  readonly user: ServerUser;
}

/** Where a database is created before it is moved into place; the number is the process id. */
const STAGING = /^\.postgres-(\d+)-/;
const PASSWORD_FILE = 'gatehouse.password';

const run = promisify(execFile);

/**
 * Opens `<dataDir>/postgres`, and creates it when it does not exist. When root's substitute user cannot enter
 * `dataDir`, the data is kept under {@link SYSTEM_FOLDER} and `<dataDir>/postgres` links to it: no permissions are
 * changed, and the data follows the checkout when it moves. The database is created elsewhere and moved with a single
 * rename, so that a killed or concurrent start never leaves half of it.
 * @param durable false skips the flush to disk, for tests
 * @throws {EmbeddedPostgresError} when the folder cannot be used
 */
export async function openDataFolder(
  dataDir: string,
  binaries: ServerBinaries,
  newcomer: ServerUser,
  durable: boolean,
): Promise<DataFolder> {
  await mkdir(dataDir, { recursive: true });
  const path = resolve(dataDir, 'postgres');
  if (await isMissing(path)) {
    const parent = await realpath(dataDir);
    if (newcomer.uid === undefined || canEnter(parent, newcomer)) {
      await create(parent, path, binaries, newcomer, durable);
    } else {
      await createElsewhere(path, binaries, newcomer, durable);
    }
  }
  return check(path, binaries);
}

async function isMissing(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return !found || (found.isDirectory() && (await readdir(path).catch(() => [path])).length === 0);
}

async function createElsewhere(path: string, ...rest: [ServerBinaries, ServerUser, boolean]): Promise<void> {
  await mkdir(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
  const target = join(SYSTEM_FOLDER, `data-${randomBytes(8).toString('hex')}`);
  await create(SYSTEM_FOLDER, target, ...rest);
  try {
    await symlink(target, path);
  } catch (error) {
    await rm(target, { recursive: true });
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

async function create(
  parent: string,
  path: string,
  { folder }: ServerBinaries,
  user: ServerUser,
  durable: boolean,
): Promise<void> {
  await removeAbandoned(parent);
  const staging = await mkdtemp(join(parent, `.postgres-${process.pid}-`));
  const data = join(staging, 'data');
  const passwordFile = join(staging, PASSWORD_FILE);
  try {
    await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
    for (const made of [staging, passwordFile]) await give(made, user);
    const options = ['-D', data, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    await run(join(folder, 'initdb'), [...options, ...locale, ...(durable ? [] : ['--no-sync'])], {
      ...user,
      cwd: folder,
      env: PROGRAM_ENVIRONMENT,
    });
    await rename(passwordFile, join(data, PASSWORD_FILE));
    await rename(data, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } catch (cause) {
    throw new EmbeddedPostgresError(`A database could not be made in ${path}: ${(cause as Error).message}`, {
      cause,
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Removes what killed starts have left behind. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = STAGING.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) await rm(join(parent, name), { recursive: true, force: true });
  }
}

async function check(link: string, { major }: ServerBinaries): Promise<DataFolder> {
  const path = await realpath(link).catch((cause: unknown) => {
    throw new EmbeddedPostgresError(
      `${link} is a link to a folder that no longer exists, and its data is lost. Delete the link to start with an empty database.`,
      { cause },
    );
  });
  const { uid, gid } = await stat(path);
  if (process.getuid && !isRoot && process.getuid() !== uid) {
    throw new EmbeddedPostgresError(`${path} belongs to another user (${uid}): start as that user.`);
  }
  const [version, password] = await Promise.all(
    ['PG_VERSION', PASSWORD_FILE].map((file) => readFile(join(path, file), 'utf8').catch(() => undefined)),
  );
  if (!version || !password) {
    throw new EmbeddedPostgresError(`${path} is not a database that this application made: move it away.`);
  }
  if (version.trim() !== major) {
    throw new EmbeddedPostgresError(
      `${path} was made by PostgreSQL ${version.trim()}, and this is PostgreSQL ${major}: ` +
        'transfer the data with pg_dump of the old version, or move the folder away.',
    );
  }
  const user = isRoot ? { uid, gid } : {};
  if (isRoot && !canEnter(path, user)) {
    throw new EmbeddedPostgresError(
      `The database's owner (user ${uid}) can no longer enter ${path}: let others enter ${dirname(path)} ` +
        'and the folders above it ("chmod o+x").',
    );
  }
  return { path, password, user };
}

async function give(path: string, { uid, gid }: ServerUser): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}
