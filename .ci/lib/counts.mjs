// How many tests a runner ran, read from what it printed.

// Runners colour their output when they think that somebody watches.
// eslint-disable-next-line no-control-regex
const COLOURS = /\u001b\[[0-9;]*m/g;

const SUMMARIES = [
  // cargo test and wasm-bindgen-test-runner
  { pattern: /^test result: \S+ (\d+) passed; (\d+) failed/gm, passed: 1, failed: 2 },
  // node --test, in both of its reporters
  { pattern: /^[ℹ#] pass (\d+)$/gm, passed: 1 },
  { pattern: /^[ℹ#] fail (\d+)$/gm, failed: 1 },
  // Playwright; an "interrupted" or "did not run" test did not pass
  { pattern: /^\s+(\d+) passed\b/gm, passed: 1 },
  { pattern: /^\s+(\d+) (?:failed|flaky|interrupted|did not run)\b/gm, failed: 1 },
];

/**
 * Adds up every summary in `output`. A command that failed without naming a test counts as one
 * failure, and a check without tests that succeeded as one success: no step can vanish.
 */
export function count(output, code) {
  const text = output.replace(COLOURS, '');
  const totals = { passed: 0, failed: 0 };
  for (const summary of SUMMARIES) {
    for (const match of text.matchAll(summary.pattern)) {
      totals.passed += summary.passed ? Number(match[summary.passed]) : 0;
      totals.failed += summary.failed ? Number(match[summary.failed]) : 0;
    }
  }
  if (code !== 0 && totals.failed === 0) totals.failed = 1;
  if (code === 0 && totals.passed + totals.failed === 0) totals.passed = 1;
  return totals;
}
