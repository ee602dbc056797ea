#!/usr/bin/env node
// Every test and check of the project, one after the other; a failing one does not stop the rest.
//   npm test                           everything
//   npm test -- --only rust,e2e        only these steps
//   npm test -- --only e2e -- cart     what follows a second `--` goes to Playwright
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { setup } from './setup.mjs';
import { buildModule, buildPrograms, buildShop } from './lib/build.mjs';
import { bold, dim, green, main, Problem, red, seconds, yellow } from './lib/console.mjs';
import { count } from './lib/counts.mjs';
import { root, toolEnv } from './lib/paths.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { run } from './lib/run.mjs';

const WASM = 'wasm32-unknown-unknown';
const MODULE = 'voucherbridge-checkout';
/** Bytes that must be free in memory for the tests' files to be kept there. */
const LEAST_MEMORY = 2 ** 30;

/** Names a PostgreSQL server for the tests; without it one is started. */
const POSTGRES_URL = 'VOUCHERBRIDGE_TEST_POSTGRES_URL';
/** The rooms of the flows' tests that `npm test` runs on PostgreSQL too: locks, leases, orders and jobs. */
const ON_POSTGRES = ['locks::', 'orders::', 'upkeep::'];

/** The long forms of what `npm test` does in a short one: `test:crash`, `test:postgres`, `test:faults`. */
const EVERY_POINT = 'VOUCHERBRIDGE_TEST_EVERY_POINT' in process.env;
const EVERY_FLOW = 'VOUCHERBRIDGE_TEST_EVERY_FLOW' in process.env;
const EVERY_FAULT = 'VOUCHERBRIDGE_TEST_EVERY_FAULT' in process.env;

/** Each step answers `{ code, output }`. `needs` names a step that must have succeeded, if it ran. */
const STEPS = {
  format: {
    title: 'Formatting, and the types of the shop and of the browser tests',
    run: () =>
      all(
        ['cargo', 'fmt', '--all', '--check'],
        ['prettier', '--check', '--log-level', 'warn', '.ci', 'tests/e2e', 'www/store'],
        ['tsc', '-p', 'www/store/tsconfig.json'],
        ['tsc', '-p', 'tests/e2e/tsconfig.json'],
      ),
  },
  // Before the tests: some of them serve and install what is built.
  build: { title: 'Build, with the size limit of the module', run: build },
  clippy: {
    title: 'Clippy',
    run: () =>
      all(
        ['cargo', 'clippy', '--quiet', '--all-targets', '--all-features', '--', '-D', 'warnings'],
        ['cargo', 'clippy', '--quiet', '-p', MODULE, '--target', WASM, '--', '-D', 'warnings'],
      ),
  },
  rust: {
    title: 'Rust tests, on SQLite',
    run: () => allIn(onSqlite(), ['cargo', 'test', '--quiet', '--no-fail-fast']),
  },
  postgres: {
    title: `The store and ${EVERY_FLOW ? 'all flows' : 'what locks and orders do'} on PostgreSQL`,
    run: () =>
      onPostgres((env) => allIn(env, backend('database'), backend('flows', ...flowsThere()))),
  },
  disk: {
    title: 'The backend on a disk that fills up and is freed again',
    // It mounts a file system of its own, as root or in a namespace where it counts as root.
    impossible: () => (mounts() ? null : 'this machine does not let us mount a file system'),
    run: () => all(backend('api', '--', '--ignored', 'full_disk')),
  },
  crash: {
    title: `The backend killed between ${EVERY_POINT ? 'any two steps, on both databases' : 'two steps, every fifth time'}`,
    run: crashTests,
  },
  wasm: {
    title: 'Tests of the module, native and in WebAssembly',
    run: () =>
      all(
        ['cargo', 'test', '--quiet', '-p', MODULE],
        // wasm-bindgen's runner does not know `--quiet`.
        ['cargo', 'test', '-p', MODULE, '--lib', '--tests', '--target', WASM],
      ),
  },
  node: { title: 'Node tests', run: nodeTests, needs: 'build' },
  e2e: {
    title: `Browser tests${EVERY_FAULT ? ', every fault' : ', faults in their short form'}`,
    run: browserTests,
    needs: 'build',
  },
};

await main(async () => {
  const { names, rest } = selection(process.argv.slice(2));
  const chromium = await setup({ tests: true });
  keepDatabasesInMemory();
  const env = { ...environment(), ...(chromium ? { CHROMIUM: chromium } : {}) };
  const results = new Map();
  for (const name of names) {
    const { needs } = STEPS[name];
    const missing = needs && results.has(needs) && results.get(needs).code !== 0 ? needs : null;
    results.set(name, missing ? skipped(name, missing) : await runStep(name, env, rest));
  }
  return summary(results);
});

/** What the tests' databases wait for most is the disk; they need not outlive the machine. */
function keepDatabasesInMemory() {
  const folder = '/dev/shm';
  if (process.env.TMPDIR || !existsSync(folder)) return;
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= LEAST_MEMORY) process.env.TMPDIR = folder;
}

function selection(args) {
  const end = args.indexOf('--');
  const [own, rest] = end < 0 ? [args, []] : [args.slice(0, end), args.slice(end + 1)];
  const only = own.indexOf('--only');
  if (only < 0) return { names: Object.keys(STEPS), rest };
  const names = (own[only + 1] ?? '').split(',');
  const unknown = names.filter((name) => !STEPS[name]);
  if (unknown.length > 0) {
    throw new Problem(`There is no step "${unknown}". The steps: ${Object.keys(STEPS).join(', ')}`);
  }
  const built = names.includes('build') || !names.some((name) => STEPS[name].needs === 'build');
  return { names: built ? names : ['build', ...names], rest };
}

function environment() {
  return toolEnv({
    CARGO_TERM_COLOR: process.stdout.isTTY ? 'always' : 'never',
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: 'wasm-bindgen-test-runner',
    // A differing snapshot fails; it does not write into the project.
    INSTA_UPDATE: 'no',
  });
}

async function runStep(name, env, rest) {
  const { title, impossible, run: work } = STEPS[name];
  console.log(`\n${bold(`── ${title}`)}`);
  const reason = impossible?.();
  if (reason) {
    console.log(`${yellow('–')} NOT RUN: ${reason}`);
    return { code: 0, passed: 0, failed: 0, took: `not run: ${reason}`, title, reason };
  }
  const start = performance.now();
  const { code, output } = await work(env, rest).catch((error) => {
    // A step that cannot even start is a failed step, and the others still run.
    console.error(error instanceof Problem ? error.message : error);
    return { code: 1, output: '' };
  });
  const result = { code, ...count(output, code), took: seconds(start), title };
  console.log(`${code === 0 ? green('✓') : red('✗')} ${title} ${dim(`(${result.took})`)}`);
  return result;
}

function skipped(name, needed) {
  const { title } = STEPS[name];
  console.log(`\n${bold(`── ${title}`)}\n${red('✗')} not run: "${needed}" failed`);
  return { code: 1, passed: 0, failed: 1, took: 'not run', title };
}

function mounts() {
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const mount = ['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', root];
  return spawnSync('unshare', [...asRoot, '--mount', ...mount]).status === 0;
}

/** Runs the commands in turn, all of them, and fails if one did. */
function all(...commands) {
  return allIn(environment(), ...commands);
}

async function allIn(env, ...commands) {
  const done = [];
  for (const [command, ...args] of commands) {
    done.push(await run(command, args, { env, capture: true }));
  }
  return together(done);
}

function together(done) {
  return {
    code: Math.max(...done.map(({ code }) => code)),
    output: done.map(({ output }) => output).join('\n'),
  };
}

/** The environment of tests that run on SQLite. */
function onSqlite() {
  return { ...environment(), [POSTGRES_URL]: undefined };
}

/** Does the work with the environment of tests that run on PostgreSQL. */
async function onPostgres(work) {
  const own = process.env[POSTGRES_URL];
  const postgres = own ? { url: own, stop: async () => {} } : await startPostgres();
  try {
    return await work({ ...environment(), [POSTGRES_URL]: postgres.url });
  } finally {
    await postgres.stop();
  }
}

function flowsThere() {
  return EVERY_FLOW ? [] : ['--', ...ON_POSTGRES];
}

/** The command that runs one of the backend's test programs. */
function backend(program, ...rest) {
  return ['cargo', 'test', '--quiet', '-p', 'voucherbridge', '--test', program, ...rest];
}

async function crashTests() {
  // A walk waits for processes more than half of its time.
  const command = backend('crash', '--features', 'kill-points', '--', '--test-threads=3');
  const onFile = await allIn(onSqlite(), command);
  if (!EVERY_POINT) return onFile;
  return together([onFile, await onPostgres((env) => allIn(env, command))]);
}

async function build() {
  await buildShop();
  await buildModule();
  await buildPrograms();
  return { code: 0, output: '' };
}

async function nodeTests(env) {
  const folders = ['.ci/tests', 'tests/stand-in/js', 'checkout-wasm/tests'];
  const files = folders.flatMap(testFiles);
  return run('node', ['--test', '--test-concurrency=2', ...files], { env, capture: true });
}

function testFiles(folder) {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => /\.(test|spec)\.m?js$/.test(name))
    .map((name) => join(folder, name));
}

function browserTests(env, rest) {
  const args = ['test', '--config', 'tests/e2e/playwright.config.ts', ...rest];
  return run('playwright', args, { env, capture: true });
}

function summary(results) {
  console.log(`\n${bold('── Summary')}`);
  let [passed, failed] = [0, 0];
  for (const result of results.values()) {
    passed += result.passed;
    failed += result.failed;
    const mark = result.reason ? yellow('–') : result.code === 0 ? green('✓') : red('✗');
    console.log(
      `${mark} ${result.title.padEnd(64)} ${String(result.passed).padStart(4)} passed ${String(result.failed).padStart(3)} failed  ${dim(result.took)}`,
    );
  }
  console.log(`${passed} passed, ${failed} failed`);
  return [...results.values()].every(({ code }) => code === 0) ? 0 : 1;
}
