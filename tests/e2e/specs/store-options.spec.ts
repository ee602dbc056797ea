import { expect, test } from '../support/fixtures';
import { picture } from '../support/picture';
import { Voucherify } from '../support/voucherify';

/** The shop's own promotions: 10 % off accessories, and 5.00 off orders over 100.00. */
const PROMOTIONS = {
  promotion_10_percent_off_accessories: true,
  promotion_5_off_orders_over_100: true,
};

test('codes are calculated from the retail price', async ({ shop, store }) => {
  await store.connectWith('--retail-prices', 'true');
  await shop.checkoutWith(['iPhone 8']);
  await shop.tries('SAVE10', '$84.90', '$719.10');
});

test("a code works beside the store's own promotions", async ({ shop, store }) => {
  await store.connect();
  await store.bigcommerce.switches(PROMOTIONS);
  await shop.checkoutWith(['Headphones']);
  await expect(shop.total('grand-total')).toHaveText('$116.10');
  await picture(shop.page, 'promotions without a code');
  await shop.applyCode('TAKE20');
  await expect(shop.couponAmount()).toHaveText('-$20.00');
  await expect(shop.total('grand-total')).toHaveText('$96.10');
  await picture(shop.page, 'beside promotions');
});

test("a code takes the place of the store's own promotions, and they come back", async ({
  shop,
  store,
}) => {
  await store.connectWith('--combine-with-promotions', 'false');
  await store.bigcommerce.switches(PROMOTIONS);
  await shop.checkoutWith(['Headphones']);
  await expect(shop.total('grand-total')).toHaveText('$116.10');
  await shop.applyCode('TAKE20');
  await expect(shop.couponAmount()).toHaveText('-$20.00');
  await expect(shop.total('grand-total')).toHaveText('$114.00');
  await expect(shop.total('discounts')).toHaveCount(0);
  await picture(shop.page, 'in place of promotions');
  await shop.removeCoupon();
  await expect(shop.total('grand-total')).toHaveText('$116.10');
});

interface Validation {
  redeemables: { id: string }[];
  customer?: { source_id?: string };
}

/** For whom a code was validated. Connecting validates as well: a code of its own, for nobody. */
async function customersOf(code: string, voucherify: Voucherify): Promise<unknown[]> {
  const calls = await voucherify.calls('/v1/validations');
  const bodies = calls.map((call) => call.request_body as Validation);
  const ofCode = bodies.filter(({ redeemables }) => redeemables.some(({ id }) => id === code));
  return [...new Set(ofCode.map(({ customer }) => customer?.source_id))];
}

test('a customer is called by e-mail address where the merchant wants it', async ({
  shop,
  store,
}) => {
  await store.connectWith('--source-id', 'email');
  await shop.checkoutWith(['Headphones'], { customer: 'alice' });
  await shop.applyCode('SAVE10');
  await shop.nativeCode('SAVE10');
  await picture(shop.page, 'by e-mail address');
  expect(await customersOf('SAVE10', store.voucherify)).toEqual(['alice@example.com']);
});
