import { defineConfig, devices } from '@playwright/test';
import { chromiumFlags, findChromium } from '../../.ci/lib/chromium.mjs';

const executablePath = (await findChromium()) ?? undefined;

export default defineConfig({
  testDir: 'specs',
  outputDir: 'test-results',
  // Each worker has stand-ins and a backend of its own. On two cores a third one works while the
  // others wait for a webhook or a time-out.
  workers: 3,
  fullyParallel: true,
  // A test that passes only the second time has found something.
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['html', { outputFolder: 'report', open: 'never' }]],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1280, height: 900 },
    testIdAttribute: 'data-test',
    actionTimeout: 15_000,
    // It takes a tenth of the time, and pictures of every step would take a third. By hand:
    // npm test -- --only e2e -- --trace retain-on-failure
    trace: { mode: process.env.CI ? 'retain-on-failure' : 'off', screenshots: false },
    launchOptions: { executablePath, args: chromiumFlags() },
  },
});
