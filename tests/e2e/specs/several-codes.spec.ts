import { expect, test } from '../support/fixtures';
import { picture } from '../support/picture';
import { TotalsSeen } from '../support/totals';
import type { Store } from '../support/store';

const validations = async (store: Store) =>
  (await store.voucherify.calls('/v1/validations')).length;

test('three codes share the one coupon that the store allows', async ({ shop, store }) => {
  await store.connect();
  await shop.ownTime();
  const seen = await TotalsSeen.of(shop.page);
  await shop.checkoutWith(['Headphones']);
  await expect(shop.total('grand-total')).toHaveText('$134.00');
  seen.take();

  let native = '';
  let before: { total: number; coupon?: number } = { total: 13_400 };
  for (const [code, total, coupon] of [
    ['SAVE10', 12_110, 1_290],
    ['TAKE20', 10_110, 3_290],
    ['WELCOME5', 9_610, 3_790],
  ] as const) {
    await store.voucherify.forgetCalls();
    await shop.applyCode(code);
    const now = await shop.nativeCode('SAVE10');
    expect(native || now).toBe(now);
    native = now;
    await expect(shop.couponAmount()).toHaveText(`-$${(coupon / 100).toFixed(2)}`);
    // Never anything between what was and what is.
    const after = { total, coupon };
    const shown = seen.take();
    expect(shown.filter((each) => each.total !== before.total)).toEqual([after]);
    expect([before, after]).toEqual(expect.arrayContaining(shown));
    before = after;
    expect(await validations(store)).toBe(1);
    expect(await shop.messages()).toEqual([]);
    await picture(shop.page, `with ${code}`);
  }
  await expect(shop.page.getByTestId('coupon')).toContainText('SAVE10, TAKE20, WELCOME5');

  await store.voucherify.forgetCalls();
  await shop.isRefused('EXPIRED10', 'This code has expired.');
  // What is held has to be held again.
  expect(await validations(store)).toBe(2);
  expect(seen.take().filter(({ total }) => total !== 9_610)).toEqual([]);

  await shop.placeOrder('cod');
  await expect(shop.page.getByTestId('order-total')).toHaveText('$96.10');
  await picture(shop.page, 'ordered');
  for (const code of ['SAVE10', 'TAKE20', 'WELCOME5']) {
    const used = async () => (await store.voucherify.voucher(code)).redemption.redeemed_quantity;
    await expect.poll(used).toBe(1);
  }
});

test('codes of one entry share a coupon and are taken off together', async ({ shop, store }) => {
  await store.connect();
  await shop.ownTime();
  await shop.checkoutWith(['Headphones']);
  await store.voucherify.forgetCalls();
  await shop.applyCode('SAVE10, TAKE20 EXPIRED10');
  await shop.readsOnly(/EXPIRED10.*This code has expired\./);
  await shop.nativeCode('SAVE10');
  await expect(shop.total('grand-total')).toHaveText('$101.10');
  await picture(shop.page, 'two of three');

  await shop.removeCoupon();
  await expect(shop.total('grand-total')).toHaveText('$134.00');
  await store.until(async () => (await store.bigcommerce.ourPromotions()).length === 0);
  for (const code of ['SAVE10', 'TAKE20']) {
    await store.until(async () => (await store.voucherify.voucher(code)).held_quantity === 0);
  }
});

test('where several coupons are allowed each code is its own, and the rest follows', async ({
  shop,
  store,
}) => {
  await store.connectAllowing(5);
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('SAVE10');
  await shop.applyCode('ONCE15');
  await expect(shop.page.getByTestId('coupon')).toHaveCount(2);
  const [first = '', second = ''] = await shop.couponCodes();
  expect(first).toMatch(/^SAVE10-/);
  expect(second).toMatch(/^ONCE15-/);
  await expect(shop.couponAmount(first)).toHaveText('-$12.90');
  // Of what the first one leaves.
  await expect(shop.couponAmount(second)).toHaveText('-$17.42');
  await expect(shop.total('grand-total')).toHaveText('$103.68');
  await picture(shop.page, 'two coupons');

  await shop.removeCoupon(first);
  await expect(shop.couponAmount(second)).toHaveText('-$19.35');
  await expect(shop.total('grand-total')).toHaveText('$114.65');
  await picture(shop.page, 'the second alone');
  await shop.placeOrder('cod');
  const used = async (code: string) => (await store.voucherify.redemptions(code)).length;
  await expect.poll(() => used('ONCE15')).toBe(1);
  expect(await used('SAVE10')).toBe(0);
});
