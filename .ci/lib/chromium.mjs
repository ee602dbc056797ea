// A Chromium for the browser tests: one that is there, else one that is installed.
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Problem, step } from './console.mjs';
import { run } from './run.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The browser's path, or null. `CHROMIUM` in the environment decides where it is set. */
export async function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  return onPath() ?? (await playwrights());
}

export async function ensureChromium() {
  const found = await findChromium();
  if (found) {
    if (!existsSync(found)) throw new Problem(`CHROMIUM names ${found}, which is not there.`);
    return found;
  }
  return step('Chromium', async () => {
    await run('playwright', ['install', 'chromium'], { quiet: true });
    const installed = await playwrights();
    if (installed) return installed;
    if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
      await run('apt-get', ['update'], { quiet: true });
      await run('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'], {
        quiet: true,
      });
    }
    const packaged = onPath();
    if (packaged) return packaged;
    throw new Problem(
      'No Chromium found and none could be installed. Name one: CHROMIUM=/path/to/chromium npm test',
    );
  });
}

function onPath() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return (
    folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable) ?? null
  );
}

async function playwrights() {
  try {
    const { chromium } = await import('@playwright/test');
    return isExecutable(chromium.executablePath()) ? chromium.executablePath() : null;
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
