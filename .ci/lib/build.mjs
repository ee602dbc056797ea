// The three things that are built: the shop's pages, the checkout module, the programs.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { step } from './console.mjs';
import { root } from './paths.mjs';
import { must } from './run.mjs';

export const pagesDir = join(root, 'www/store/dist');

export async function buildShop() {
  const sources = ['src', 'public', 'vite.config.ts', 'tsconfig.json', ...pageFiles()].map((name) =>
    join(root, 'www/store', name),
  );
  const built = join(pagesDir, 'index.html');
  if (
    existsSync(built) &&
    newest([...sources, join(root, 'package-lock.json')]) < statSync(built).mtimeMs
  )
    return;
  await step('The shop', async () => {
    await must('tsc', ['-p', 'www/store/tsconfig.json'], { quiet: true });
    await must('vite', ['build', '--config', 'www/store/vite.config.ts'], { quiet: true });
  });
}

/** Prints its sizes, and fails when they are above the limit; ends at once when nothing changed. */
export function buildModule() {
  return step('The checkout module', () => must('node', ['checkout-wasm/build.mjs']));
}

/**
 * The backend and the stand-ins, unoptimised: on two cores that halves the first build, it shares
 * its dependencies with `cargo test`, and both answer in milliseconds all the same.
 */
export function buildPrograms() {
  return step('The backend and the stand-ins', () =>
    must('cargo', [
      'build',
      '--quiet',
      '-p',
      'voucherbridge',
      '-p',
      'voucherbridge-stand-in',
      '--bins',
    ]),
  );
}

function pageFiles() {
  return readdirSync(join(root, 'www/store')).filter((name) => name.endsWith('.html'));
}

/** When the newest of these files, or of those in these folders, was written. */
function newest(paths) {
  return Math.max(
    0,
    ...paths.map((path) => {
      const { mtimeMs } = statSync(path);
      if (!statSync(path).isDirectory()) return mtimeMs;
      return Math.max(mtimeMs, newest(readdirSync(path).map((name) => join(path, name))));
    }),
  );
}
