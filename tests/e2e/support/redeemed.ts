import { expect } from '@playwright/test';
import type { Store } from './store';

export interface Expected {
  code: string;
  /** The order's number at the store. */
  number: number;
  native: string;
  /** Hundredths: the items, and what the code takes off them. */
  amount: number;
  discount: number;
}

/**
 * An order's code was redeemed once, with exactly these amounts on both sides, and its native part
 * is gone. More webhooks about the order change nothing of that.
 */
export async function redeemedOnce(store: Store, expected: Expected): Promise<void> {
  const { code, number, native, amount, discount } = expected;
  await store.until(async () => (await store.voucherify.redemptions(code)).length > 0);
  await expect.poll(() => store.bigcommerce.ourPromotions(), { timeout: 15_000 }).toEqual([]);

  const { orders } = await store.bigcommerce.state();
  const order = orders.find(({ id }) => id === number);
  expect(order?.coupons.map((used) => [used.code, Number(used.amount)])).toEqual([
    [native, discount / 100],
  ]);

  await store.mark(number, 'shipped');
  const redemptions = await store.voucherify.redemptions(code);
  const seen = redemptions.map(({ status, order: sent }) => ({
    status,
    number: sent.source_id,
    amount: sent.amount,
    discount: sent.total_discount_amount,
    rest: sent.total_amount,
  }));
  const rest = amount - discount;
  expect(seen).toEqual([{ status: 'SUCCEEDED', number: String(number), amount, discount, rest }]);
  const voucher = await store.voucherify.voucher(code);
  expect(voucher).toMatchObject({ redeemed_quantity: 1, held_quantity: 0 });
}
