import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count } from '../lib/counts.mjs';

test('adds up every binary of cargo test', () => {
  const output = `
test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s
test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s
`;
  assert.deepEqual(count(output, 101), { passed: 15, failed: 2 });
});

test('reads both reporters of node', () => {
  assert.deepEqual(count('# tests 3\n# pass 2\n# fail 1\n', 1), { passed: 2, failed: 1 });
  assert.deepEqual(count('ℹ tests 2\nℹ pass 2\nℹ fail 0\n', 0), { passed: 2, failed: 0 });
});

test('counts tests of Playwright that did not run as failed', () => {
  const output =
    '\n  1 failed\n    guest.spec.ts:3:1 › a guest\n  2 did not run\n  \u001b[32m5 passed\u001b[39m (3.1s)\n';
  assert.deepEqual(count(output, 1), { passed: 5, failed: 3 });
});

test('a step without tests counts as one', () => {
  assert.deepEqual(count('', 0), { passed: 1, failed: 0 });
});

test('a command that fails before any test is a failure', () => {
  assert.deepEqual(count('error: could not compile', 101), { passed: 0, failed: 1 });
  assert.deepEqual(count('test result: ok. 4 passed; 0 failed;', 101), { passed: 4, failed: 1 });
});
