#!/usr/bin/env node
// Builds the checkout module: wasm-pack, then minified glue and loader, then sizes and manifest.
// A second run with nothing changed ends at once. `--force` builds anyway.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { build as bundle, transform } from 'esbuild';

/** All three files together, compressed with brotli, may weigh this much. */
const LIMIT = 46080;
const TARGET = 'es2020';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const dist = join(here, 'dist');
const stamp = join(dist, '.inputs');

function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).sort().flatMap((name) => filesBelow(join(path, name)));
}

/** A hash over everything the result depends on. */
function inputsHash() {
  const hash = createHash('sha256');
  const inputs = ['checkout-wasm/src', 'checkout-wasm/loader', 'checkout-wasm/Cargo.toml', 'checkout-wasm/build.mjs',
    'backend/api-types', 'Cargo.toml', 'Cargo.lock', 'package-lock.json'];
  for (const input of inputs) {
    for (const file of filesBelow(join(root, input))) hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function compile() {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const tools = [
    join(cache, 'voucherbridge', 'tools', 'bin'),
    join(root, 'node_modules', '.bin'),
    process.env.PATH,
  ];
  const env = {
    ...process.env,
    PATH: tools.join(delimiter),
    // Only this build: the backend's release profile wants speed.
    CARGO_PROFILE_RELEASE_LTO: 'fat',
    CARGO_PROFILE_RELEASE_OPT_LEVEL: 'z',
    CARGO_PROFILE_RELEASE_PANIC: 'abort',
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '1',
  };
  const args = ['build', here, '--release', '--target', 'no-modules', '--mode', 'no-install',
    '--no-typescript', '--no-pack', '--out-dir', 'pkg', '--out-name', 'module'];
  const { status, error } = spawnSync('wasm-pack', args, { env, stdio: 'inherit' });
  if (error?.code === 'ENOENT') throw new Error('wasm-pack is not installed: run the setup script (npm start does)');
  if (status !== 0) throw new Error('wasm-pack failed');
}

/** wasm-bindgen's glue declares a global; ours hangs itself on its own script element instead. */
async function wrapGlue(source) {
  const wrapped = `(() => {${source}\ndocument.currentScript.voucherbridge = wasm_bindgen;})();`;
  return (await transform(wrapped, { minify: true, target: TARGET, legalComments: 'none' })).code;
}

/**
 * The names by which glue and wasm know each other end in hashes, which cannot be compressed. Numbers
 * of the same length do as well.
 */
function shortenNames(glue, wasm) {
  const hash = /(?<=_h?)[0-9a-f]{16}\b/g;
  const numbers = new Map();
  for (const [found] of glue.matchAll(hash)) numbers.set(found, numbers.get(found) ?? `${numbers.size}`.padStart(16, '0'));
  const shorten = (text) => text.replace(/(?<=_h?)[0-9a-f]{16}/g, (found) => numbers.get(found) ?? found);
  return { glue: shorten(glue), wasm: Buffer.from(shorten(wasm.toString('latin1')), 'latin1') };
}

async function makeLoader(glue, module) {
  const define = {
    __GLUE_INTEGRITY__: JSON.stringify(glue.integrity),
    __MODULE_INTEGRITY__: JSON.stringify(module.integrity),
  };
  const { outputFiles } = await bundle({
    entryPoints: [join(here, 'loader', 'loader.js')],
    bundle: true,
    format: 'iife',
    write: false,
    minify: true,
    target: TARGET,
    define,
    legalComments: 'none',
  });
  return outputFiles[0].text;
}

function write(file, content) {
  const bytes = Buffer.from(content);
  writeFileSync(join(dist, file), bytes);
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  // The backend serves this as it is: packing that well takes too long for a shopper to wait.
  writeFileSync(join(dist, `${file}.br`), brotli);
  return {
    content: bytes,
    entry: {
      file,
      integrity: `sha384-${createHash('sha384').update(bytes).digest('base64')}`,
      bytes: bytes.length,
      brotli: brotli.length,
    },
  };
}

function printSizes(manifest) {
  const row = (name, bytes, brotli) => console.log(`${name.padEnd(12)}${String(bytes).padStart(9)}${String(brotli).padStart(9)}`);
  row('', 'bytes', 'brotli');
  for (const { file, bytes, brotli } of [manifest.loader, manifest.glue, manifest.module]) row(file, bytes, brotli);
  row('together', '', manifest.total_brotli);
  row('limit', '', LIMIT);
}

async function build() {
  const inputs = inputsHash();
  const unchanged = existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs;
  if (unchanged && !process.argv.includes('--force')) {
    console.log('checkout module: nothing changed');
    printSizes(JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8')));
    return;
  }
  compile();
  mkdirSync(dist, { recursive: true });
  rmSync(stamp, { force: true });
  const [js, bytes] = ['module.js', 'module_bg.wasm'].map((file) => readFileSync(join(here, 'pkg', file)));
  const built = shortenNames(js.toString(), bytes);
  const module = write('module.wasm', built.wasm);
  const glue = write('glue.js', await wrapGlue(built.glue));
  const loader = write('loader.js', await makeLoader(glue.entry, module.entry));
  const version = createHash('sha256');
  for (const { content } of [loader, glue, module]) version.update(content);
  const manifest = {
    version: version.digest('hex').slice(0, 16),
    loader: loader.entry,
    glue: glue.entry,
    module: module.entry,
    total_brotli: loader.entry.brotli + glue.entry.brotli + module.entry.brotli,
  };
  writeFileSync(join(dist, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  printSizes(manifest);
  if (manifest.total_brotli > LIMIT) throw new Error(`the module weighs ${manifest.total_brotli} bytes, over the limit of ${LIMIT}`);
  writeFileSync(stamp, inputs);
}

try {
  await build();
} catch (error) {
  console.error(`checkout module: ${error.message}`);
  process.exit(1);
}
