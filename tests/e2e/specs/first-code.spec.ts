import { expect, test } from '../support/fixtures';

test('a code is typed, taken off, typed again, and redeemed once when the order is paid', async ({
  shop,
  store,
}) => {
  await store.connect();
  await shop.walkWith(['iPhone 8', 'T-shirt']);
  await shop.applyCode('SAVE10');
  await expect(shop.couponAmount()).toHaveText('-$82.40');
  await shop.removeCoupon();
  await shop.applyCode('SAVE10');
  await expect(shop.couponAmount()).toHaveText('-$82.40');
  expect(await shop.couponCodes()).toEqual([
    expect.stringMatching(/^SAVE10-[0-9A-HJKMNP-TV-Z]{6}$/),
  ]);

  const order = await shop.placeOrder('cod');
  await expect(shop.page.getByTestId('order-coupon')).toHaveText('-$82.40');
  const redeemed = async () =>
    (await store.voucherify.voucher('SAVE10')).redemption.redeemed_quantity;
  await store.until(async () => (await redeemed()) === 1);
  const { redemptions } = await store.voucherify.state();
  expect(redemptions.map(({ result }) => result)).toEqual(['SUCCESS']);
  expect(order).toBeGreaterThan(0);
});
