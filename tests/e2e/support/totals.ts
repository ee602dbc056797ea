import { expect, type Page } from '@playwright/test';

/** The amounts of an order summary at one moment, in hundredths; what it does not show is left out. */
export interface Totals {
  total: number;
  coupon?: number;
  certificate?: number;
  /** What the page says is left on the certificate. */
  remaining?: number;
  left?: number;
}

/** `-$1,234.50` in hundredths, without its sign. */
export function hundredths(text: string): number {
  return Math.round(Number(text.replace(/[^0-9.]/g, '')) * 100);
}

const SHOWN = {
  total: 'grand-total',
  coupon: 'coupon-amount',
  certificate: 'certificate-amount',
  remaining: 'certificate-note',
  left: 'outstanding',
} as const;

/**
 * Every order summary that the page shows from its next load on, even if for the blink of an eye.
 * To be called before the page is loaded.
 */
export class TotalsSeen {
  private seen: Totals[] = [];

  private constructor() {}

  static async of(page: Page): Promise<TotalsSeen> {
    const all = new TotalsSeen();
    await page.exposeBinding('totalsShown', (_, shown: Record<string, string>) => all.note(shown));
    await page.addInitScript((names) => {
      let last = '';
      const look = () => {
        const found = Object.entries(names).map(([name, test]) => [
          name,
          document.querySelector(`[data-test="${test}"]`)?.textContent,
        ]);
        const shown = JSON.stringify(Object.fromEntries(found));
        if (shown === '{}' || shown === last) return;
        last = shown;
        (window as unknown as { totalsShown(shown: unknown): void }).totalsShown(JSON.parse(shown));
      };
      new MutationObserver(look).observe(document, { childList: true, subtree: true });
    }, SHOWN);
    return all;
  }

  private note(shown: Record<string, string>): void {
    if (shown.total === undefined) return;
    const amounts = Object.entries(shown).map(([name, text]) => [name, hundredths(text)]);
    this.seen.push(Object.fromEntries(amounts) as Totals);
  }

  /** What was shown since the last time this was asked. */
  take(): Totals[] {
    return this.seen.splice(0);
  }

  /**
   * Of what was shown since the last time: a certificate always paid exactly what cards with this
   * much money could pay of the total beside it. Answers the totals.
   */
  takeRight(money: number): number[] {
    const shown = this.take();
    for (const { total, certificate = 0, remaining = 0, left = total } of shown) {
      expect({ total, certificate, remaining, left }).toEqual({
        total,
        certificate: Math.min(total, money),
        remaining: 0,
        left: Math.max(0, total - money),
      });
    }
    return shown.map(({ total }) => total);
  }
}
