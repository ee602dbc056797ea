#!/usr/bin/env node
// Installs what is missing: npm packages, Rust's WebAssembly target and the tools built from crates.
// Run again it only looks. `node .ci/setup.mjs --tests` adds what only the tests need.
import { fileURLToPath } from 'node:url';
import { main } from './lib/console.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { npmPackages, rust, wasmTools } from './lib/tools.mjs';

/** Resolves to the path of Chromium where the tests are meant, else to null. */
export async function setup({ tests = false } = {}) {
  await rust();
  await npmPackages();
  await wasmTools();
  return tests ? ensureChromium() : null;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await setup({ tests: process.argv.includes('--tests') });
  });
}
