import { expect, type Locator } from '@playwright/test';
import { hundredths } from './totals';
import { Shop } from './shop';
import type { Store } from './store';

/** What is on a gift card, and what of it checkouts hold; hundredths. */
export interface OnCard {
  balance: number;
  held: number;
}

/** The gift cards of one shopper: what the page shows of them, and what both platforms hold. */
export class Cards {
  constructor(
    private readonly shop: Shop,
    private readonly store: Store,
  ) {}

  /** The rows of gift certificates on the page. */
  get rows(): Locator {
    return this.shop.page.getByTestId('certificate');
  }

  /** What they pay: `-$50.00`. */
  get amounts(): Locator {
    return this.shop.page.getByTestId('certificate-amount');
  }

  /** The native code of the only certificate; fails unless it has this visible part. */
  async nativeCode(visible: string): Promise<string> {
    await expect(this.rows).toHaveCount(1);
    const code = (await this.rows.getAttribute('data-code')) ?? '';
    expect(code).toMatch(Shop.native(visible));
    expect(code.length).toBeLessThanOrEqual(20);
    return code;
  }

  async remove(): Promise<void> {
    await this.shop.page.getByTestId('certificate-remove').click();
    await expect(this.rows).toHaveCount(0);
  }

  async on(code: string): Promise<OnCard> {
    const { gift, held_credits: held } = await this.store.voucherify.voucher(code);
    return { balance: gift?.balance ?? 0, held };
  }

  /** What a certificate is worth to whoever has its code; hundredths. */
  async worth(native: string): Promise<number> {
    const { balance, status } = await this.store.bigcommerce.certificateOf(native);
    return status === 'active' ? Math.round(balance * 100) : 0;
  }

  /**
   * The page, the store and Voucherify agree at this moment that the certificate pays what these
   * cards give, and that not a cent more can be spent with it.
   */
  async pays(native: string, parts: Record<string, number>): Promise<void> {
    const sum = Object.values(parts).reduce((total, part) => total + part, 0);
    expect(await this.worth(native)).toBe(sum);
    await expect(this.amounts).toHaveCount(1);
    expect(hundredths((await this.amounts.textContent()) ?? '')).toBe(sum);
    await expect(this.shop.page.getByTestId('certificate-note')).toHaveText('$0.00 remain on it');
    for (const [code, part] of Object.entries(parts)) {
      expect([code, (await this.on(code)).held]).toEqual([code, part]);
    }
  }

  /** Nothing holds these cards, and they have their money. */
  async free(balances: Record<string, number>): Promise<void> {
    for (const [code, balance] of Object.entries(balances)) {
      await expect.poll(() => this.on(code), { timeout: 15_000 }).toEqual({ balance, held: 0 });
    }
  }

  /** What a certificate paid of an order, says the store; hundredths. */
  async usedBy(number: number, native: string): Promise<number> {
    const { orders } = await this.store.bigcommerce.state();
    const order = orders.find(({ id }) => id === number);
    const part = order?.certificates.find(({ code }) => code === native);
    return Math.round((part?.used ?? 0) * 100);
  }

  /**
   * An order's cards were redeemed once and to the cent, and its certificate is worth nothing.
   * More webhooks about the order change nothing of that.
   */
  async redeemedOnce(number: number, native: string, parts: Record<string, number>): Promise<void> {
    const sum = Object.values(parts).reduce((total, part) => total + part, 0);
    expect(await this.usedBy(number, native)).toBe(sum);
    await expect.poll(() => this.worth(native), { timeout: 15_000 }).toBe(0);
    await this.redeemed(number, parts);
    await this.store.mark(number, 'shipped');
    await this.redeemed(number, parts);
    expect(await this.worth(native)).toBe(0);
  }

  private async redeemed(number: number, parts: Record<string, number>): Promise<void> {
    for (const [code, part] of Object.entries(parts)) {
      const seen = async () =>
        (await this.store.voucherify.redemptions(code))
          .filter(({ order }) => order.source_id.startsWith(String(number)))
          .map(({ status, amount }) => ({ code, status, amount }));
      await expect
        .poll(seen, { timeout: 15_000 })
        .toEqual([{ code, status: 'SUCCEEDED', amount: part }]);
      await expect.poll(async () => (await this.on(code)).held).toBe(0);
    }
  }
}
