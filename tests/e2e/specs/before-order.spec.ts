import { expect, test } from '../support/fixtures';
import { picture } from '../support/picture';
import { redeemedOnce } from '../support/redeemed';

/** A code that ends in ten minutes. */
const SOON = {
  code: 'SOON',
  type: 'DISCOUNT_VOUCHER',
  discount: { type: 'PERCENT', percent_off: 10 },
};

test('a code that ends while the shopper thinks leaves before the order, and nothing is ordered at another price', async ({
  shop,
  store,
}) => {
  await store.connect();
  const ends = new Date(Date.now() + 600_000).toISOString();
  await store.voucherify.putVoucher({ ...SOON, expiration_date: ends });
  await shop.ownTime();
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('SOON');
  await shop.nativeCode('SOON');
  await expect(shop.total('grand-total')).toHaveText('$121.10');

  // A quarter of an hour later, for everybody.
  await store.voucherify.advance(900);
  await shop.page.clock.fastForward(900_000);
  store.backend.line.disturb({ path: /before-order/, does: { kind: 'slow', ms: 700 } });
  const button = shop.page.getByTestId('place-order');
  await shop.page.getByTestId('payment-cod').check();
  await button.click();
  await expect(button).toBeDisabled();
  await expect(shop.page.getByTestId('order-error')).toContainText('some details have changed');
  await expect(shop.total('grand-total')).toHaveText('$134.00');
  expect(await shop.couponCodes()).toEqual([]);
  for (const wait of [1000, 100]) await shop.page.clock.fastForward(wait);
  await expect(shop.page.getByRole('status')).toHaveText(
    'The code SOON was taken off. This code has expired.',
  );
  await picture(shop.page, 'a code that ended before the order');
  expect((await store.bigcommerce.state()).orders).toEqual([]);

  // The new price is on screen: now it can be ordered.
  await shop.placeOrder('cod');
  expect(await store.voucherify.redemptions('SOON')).toEqual([]);
  expect(await store.bigcommerce.ourPromotions()).toEqual([]);
});

test('a backend that never answers costs an order two seconds', async ({ shop, store }) => {
  await store.connect();
  await shop.ownTime();
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('SAVE10');
  const native = await shop.nativeCode('SAVE10');
  await shop.page.clock.fastForward(61_000);
  store.backend.line.disturb({ path: /before-order/, does: { kind: 'silent' } });
  const number = await shop.placeOrder('cod');
  await redeemedOnce(store, { code: 'SAVE10', number, native, amount: 12900, discount: 1290 });
});
