import { expect, test } from '../support/fixtures';
import { picture } from '../support/picture';
import { redeemedOnce } from '../support/redeemed';

// Bob's loyalty card: 500 points, each pays 0.10.
const CARD = 'LOYALTY500';

test('points pay a part of an order, and come back when it is cancelled', async ({
  shop,
  store,
}) => {
  await store.connect();
  await shop.checkoutWith(['Headphones'], { customer: 'bob' });
  await shop.applyCode(CARD);
  const native = await shop.nativeCode(CARD);
  await expect(shop.couponAmount()).toHaveText('-$50.00');
  await expect(shop.total('grand-total')).toHaveText('$84.00');
  expect(await shop.messages()).toEqual([]);
  await picture(shop.page, 'points pay a part');

  const number = await shop.placeOrder('cod');
  await expect(shop.page.getByTestId('order-coupon')).toHaveText('-$50.00');
  await picture(shop.page, 'ordered with points');
  await redeemedOnce(store, { code: CARD, number, native, amount: 12900, discount: 5000 });
  expect(await store.voucherify.points(CARD)).toBe(0);

  await store.mark(number, 'cancelled');
  await expect.poll(() => store.voucherify.points(CARD), { timeout: 15_000 }).toBe(500);
});

test('no more points are taken than the order costs', async ({ shop, store }) => {
  await store.connect();
  await shop.checkoutWith(['Socks'], { customer: 'bob' });
  await shop.applyCode(CARD);
  const native = await shop.nativeCode(CARD);
  await expect(shop.couponAmount()).toHaveText('-$7.50');
  await expect(shop.total('grand-total')).toHaveText('$5.00');
  await picture(shop.page, 'points pay the socks');
  const number = await shop.placeOrder('cod');
  await redeemedOnce(store, { code: CARD, number, native, amount: 750, discount: 750 });
  expect(await store.voucherify.points(CARD)).toBe(425);
});

for (const customer of ['alice', undefined] as const) {
  const who = customer ?? 'a guest';
  test(`points of somebody else are not for ${who}`, async ({ shop, store }) => {
    await store.connect();
    await shop.checkoutWith(['Headphones'], { customer });
    await shop.applyCode(CARD);
    await shop.readsOnly(
      customer
        ? 'This code is not available for your account.'
        : 'This code is not available to you as a guest. If you have an account, please sign in.',
    );
    expect(await shop.couponCodes()).toEqual([]);
    await expect(shop.total('grand-total')).toHaveText('$134.00');
    await picture(shop.page, 'points of somebody else');
    expect(await store.voucherify.points(CARD)).toBe(500);
  });
}
