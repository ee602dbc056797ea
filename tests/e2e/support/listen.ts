import type { Page } from '@playwright/test';

export interface Heard {
  type: string;
  detail: Record<string, unknown>;
}

declare global {
  interface Window {
    heard: Heard[];
    Voucherbridge: {
      version: string;
      ready: Promise<boolean>;
      apply(code: string): Promise<{ ok: boolean; message?: string; checkout?: unknown }>;
      remove(nativeCode: string): Promise<{ ok: boolean; message?: string }>;
      codes(): Record<string, unknown>[];
    };
  }
}

/** Listens to our events as a theme would, from the next page on. */
export async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.heard = [];
    for (const name of ['applied', 'removed', 'rejected', 'error']) {
      document.addEventListener(`voucherbridge:${name}`, (event) => {
        const { type, detail } = event as CustomEvent<Record<string, unknown>>;
        window.heard.push({ type: type.replace('voucherbridge:', ''), detail });
      });
    }
  });
}

/** What was heard since the last time, once there is something. */
export async function hear(page: Page): Promise<Heard[]> {
  await page.waitForFunction(() => window.heard.length > 0);
  return page.evaluate(() => window.heard.splice(0));
}
