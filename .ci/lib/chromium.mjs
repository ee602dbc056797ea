// A Chromium for the browser tests: one that is there, else one that is installed.
import { accessSync, constants, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Problem, step } from './console.mjs';
import { toolsDir } from './paths.mjs';
import { run } from './run.mjs';

/** Chromium without its window, as Playwright itself uses: a third of the work for each new page. */
const SHELLS = ['chromium-headless-shell', 'chrome-headless-shell'];
const WHOLE = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The browser's path, or null. `CHROMIUM` in the environment decides where it is set. */
export async function findChromium() {
  return process.env.CHROMIUM || (await findShell()) || (await findWhole());
}

export async function ensureChromium() {
  const named = process.env.CHROMIUM;
  if (named) {
    if (!existsSync(named)) throw new Problem(`CHROMIUM names ${named}, which is not there.`);
    return named;
  }
  const found = (await findShell()) ?? (await installShell()) ?? (await findWhole());
  if (found) return found;
  return step('Chromium', async () => {
    await run('playwright', ['install', 'chromium'], { quiet: true });
    if (!(await findChromium())) await installPackage('chromium');
    const installed = await findChromium();
    if (installed) return installed;
    throw new Problem(
      'No Chromium found and none could be installed. Name one: CHROMIUM=/path/to/chromium npm test',
    );
  });
}

/** Tries it once on a machine: without it the tests take longer, and that is all. */
async function installShell() {
  const tried = join(toolsDir, 'headless-shell-tried');
  if (existsSync(tried)) return null;
  const installed = await step('Chromium without its window', async () => {
    await run('playwright', ['install', '--only-shell', 'chromium'], { quiet: true });
    if (!(await findShell())) await installPackage('chromium-headless-shell');
    return findShell();
  });
  if (installed) return installed;
  mkdirSync(toolsDir, { recursive: true });
  writeFileSync(tried, '');
  return null;
}

async function installPackage(name) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  await run('apt-get', ['update'], { quiet: true });
  await run('apt-get', ['install', '--yes', '--no-install-recommends', name], { quiet: true });
}

async function findShell() {
  return onPath(SHELLS) ?? (await playwrightsShell());
}

async function findWhole() {
  return onPath(WHOLE) ?? (await playwrights());
}

function onPath(names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return (
    folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable) ?? null
  );
}

/** The whole browser that Playwright installed for itself. */
async function playwrights() {
  try {
    const { chromium } = await import('@playwright/test');
    return isExecutable(chromium.executablePath()) ? chromium.executablePath() : null;
  } catch {
    return null;
  }
}

/** Playwright keeps the shell of the same revision in the folder beside, in one of its own. */
async function playwrightsShell() {
  try {
    const { chromium } = await import('@playwright/test');
    const [, folder, revision] = /^(.*)[/\\]chromium-(\d+)[/\\]/.exec(chromium.executablePath());
    const shell = join(folder, `chromium_headless_shell-${revision}`);
    const inside = readdirSync(shell).flatMap((name) => [
      join(shell, name, 'chrome-headless-shell'),
      join(shell, name, 'headless_shell'),
    ]);
    return inside.find(isExecutable) ?? null;
  } catch {
    return null;
  }
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Chromium's switches: quiet, offline, and without its sandbox where root runs it. */
export function chromiumFlags() {
  const flags = [
    '--disable-gpu',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ];
  return process.getuid?.() === 0 ? ['--no-sandbox', ...flags] : flags;
}
