import { test, type Page } from '@playwright/test';

/** Adds a picture of the page to the test's report, as a file of the test. */
export async function picture(page: Page, name: string): Promise<void> {
  const info = test.info();
  const path = info.outputPath(`${name.replaceAll(' ', '-')}.png`);
  await page.screenshot({ path, fullPage: true, caret: 'hide', animations: 'disabled' });
  await info.attach(name, { path, contentType: 'image/png' });
}
