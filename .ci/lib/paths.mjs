// Where things are. Only Node's own modules here: this is read before any package is installed.
import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** Tools built from crates are kept outside the project, so that a second clone finds them. */
const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
export const toolsDir = join(cache, 'voucherbridge', 'tools');

/** Files of the running demo: the database and the logs. One on other ports has a folder of its own. */
export const demoDir = join(root, '.demo', process.env.DEMO_SHOP_PORT ?? '');

export const demoDatabase = join(demoDir, 'demo.sqlite');

/** The environment for builds and tests: this project's tools come first. */
export function toolEnv(extra = {}) {
  const path = [join(toolsDir, 'bin'), join(root, 'node_modules', '.bin'), process.env.PATH];
  return { ...process.env, PATH: path.join(delimiter), ...extra };
}

let target;

/** Cargo's target folder, which a user's configuration can have moved. */
export function targetDir() {
  target ??= JSON.parse(
    execFileSync('cargo', ['metadata', '--format-version', '1', '--no-deps'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    }),
  ).target_directory;
  return target;
}

/** A program of this workspace, as `cargo build` leaves it. */
export function binary(name) {
  return join(targetDir(), 'debug', name);
}
