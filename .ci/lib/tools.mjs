// What must be installed before anything can be built.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem, step } from './console.mjs';
import { root, toolsDir } from './paths.mjs';
import { must, run } from './run.mjs';

const WASM_TARGET = 'wasm32-unknown-unknown';

export async function npmPackages() {
  const stamp = join(root, 'node_modules', '.voucherbridge');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.version)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await step('npm packages', async () => {
    await must('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { quiet: true });
    writeFileSync(stamp, wanted);
  });
}

export async function rust() {
  const found = await run('rustc', ['--version'], { quiet: true }).catch(() => null);
  if (found?.code !== 0) {
    throw new Problem(
      'Rust is not installed. Install rustup, open a new terminal and start again.',
    );
  }
  const { output } = await run('rustc', ['--print', 'target-libdir', '--target', WASM_TARGET], {
    quiet: true,
  });
  if (existsSync(output.trim())) return;
  await step('Rust for WebAssembly', () =>
    must('rustup', ['target', 'add', WASM_TARGET], { quiet: true }),
  );
}

/** wasm-pack, and the wasm-bindgen that fits the library: other versions refuse its output. */
export async function wasmTools() {
  await crate('wasm-pack', null, ['--locked']);
  // Not `--locked`: its own lock file is for another program of the same repository.
  await crate('wasm-bindgen-cli', wasmBindgenVersion(), [], 'wasm-bindgen');
}

function wasmBindgenVersion() {
  const lock = readFileSync(join(root, 'Cargo.lock'), 'utf8');
  const version = /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(lock)?.[1];
  if (!version) throw new Problem('Cargo.lock has no wasm-bindgen');
  return version;
}

async function crate(name, version, flags, program = name) {
  const path = join(toolsDir, 'bin', program);
  if (existsSync(path)) {
    const { output } = await run(path, ['--version'], { quiet: true });
    if (!version || output.includes(version)) return;
  }
  mkdirSync(toolsDir, { recursive: true });
  await step(`${name}${version ? ` ${version}` : ''} (built once, takes some minutes)`, () =>
    must(
      'cargo',
      ['install', '--quiet', '--root', toolsDir, ...flags, version ? `${name}@${version}` : name],
      {
        // Outside the project, so that its configuration and lints do not apply.
        cwd: toolsDir,
      },
    ),
  );
}
