import { expect, test } from '../support/fixtures';
import { picture } from '../support/picture';
import { TotalsSeen } from '../support/totals';

// Whatever changes what there is to pay, certificates follow before the page shows a total.

const COUPON = 'SAVE10';
const CARD = 'GIFT50';

for (const entries of [
  [CARD, COUPON],
  [COUPON, CARD],
  [`${COUPON}, ${CARD}`],
  [`${CARD} ${COUPON}`],
]) {
  test(`a card and a coupon: ${entries.join(', then ')}`, async ({ shop, store, cards }) => {
    await store.connect();
    const totals = await TotalsSeen.of(shop.page);
    await shop.checkoutWith(['T-shirt']);
    totals.take();
    for (const entry of entries) await shop.applyCode(entry);
    const native = await cards.nativeCode(CARD);
    await shop.nativeCode(COUPON);
    await expect(shop.total('grand-total')).toHaveText('$27.50');
    await cards.pays(native, { [CARD]: 2750 });
    if (entries.length === 2 && entries[0] === CARD) {
      expect(totals.takeRight(5000)).toEqual([3000, 2750]);
    }

    await shop.removeCoupon();
    await expect(shop.total('grand-total')).toHaveText('$30.00');
    await cards.pays(native, { [CARD]: 3000 });
    await shop.applyCode(COUPON);
    await expect(shop.couponAmount()).toHaveText('-$2.50');
    const coupon = await shop.nativeCode(COUPON);
    await cards.pays(native, { [CARD]: 2750 });
    expect(await shop.messages()).toEqual([]);
    await picture(shop.page, 'a card and a coupon');
    if (entries[0] === CARD) expect(totals.takeRight(5000)).toEqual([3000, 2750]);

    const number = await shop.placeOrderWithoutPayment();
    const { orders } = await store.bigcommerce.state();
    const order = orders.find(({ id }) => id === number);
    expect(order?.coupons).toMatchObject([{ code: coupon }]);
    await cards.redeemedOnce(number, native, { [CARD]: 2750 });
    await cards.free({ [CARD]: 2250 });
    const redeemed = async () =>
      (await store.voucherify.redemptions(COUPON)).map(({ status, order }) => [
        status,
        order.total_discount_amount,
      ]);
    await expect.poll(redeemed, { timeout: 15_000 }).toEqual([['SUCCEEDED', 250]]);
  });
}

test('shipping chosen after the card, then changed: the certificate pays it', async ({
  shop,
  store,
  cards,
}) => {
  await store.connect();
  const totals = await TotalsSeen.of(shop.page);
  await shop.addToCart('T-shirt');
  await shop.openCheckout();
  await shop.asGuest();
  totals.take();
  await shop.applyCode(CARD);
  const native = await cards.nativeCode(CARD);
  await cards.pays(native, { [CARD]: 2500 });
  totals.takeRight(5000);

  await shop.fillAddress();
  await shop.chooseShipping();
  await shop.chooseBilling();
  await expect(shop.total('grand-total')).toHaveText('$30.00');
  await cards.pays(native, { [CARD]: 3000 });
  expect(totals.takeRight(5000).at(-1)).toBe(3000);

  await shop.changeShipping('shipping_flatrate');
  await expect(shop.total('grand-total')).toHaveText('$35.00');
  await cards.pays(native, { [CARD]: 3500 });
  await picture(shop.page, 'another shipping option');
  await shop.changeShipping('shipping_byweight');
  await expect(shop.total('grand-total')).toHaveText('$30.00');
  await cards.pays(native, { [CARD]: 3000 });
  totals.takeRight(5000);
  expect(await shop.messages()).toEqual([]);

  const number = await shop.placeOrderWithoutPayment();
  await cards.redeemedOnce(number, native, { [CARD]: 3000 });
});

for (const webhook_mode of ['deliver', 'hold']) {
  test(`things added and taken out: the certificate follows (webhooks: ${webhook_mode})`, async ({
    shop,
    store,
    cards,
  }) => {
    await store.connect();
    await store.bigcommerce.switches({ webhook_mode });
    await shop.checkoutWith(['T-shirt']);
    await shop.applyCode('GIFT25, GIFT50');
    const native = await cards.nativeCode('GIFT25');
    await cards.pays(native, { GIFT25: 2500, GIFT50: 500 });

    await shop.addToCart('Socks');
    await shop.backToPayment();
    await expect(shop.total('grand-total')).toHaveText('$37.50');
    await cards.pays(native, { GIFT25: 2500, GIFT50: 1250 });
    await shop.setQuantity('T-shirt', 3);
    await shop.backToPayment();
    await expect(shop.total('outstanding')).toHaveText('$12.50');
    await cards.pays(native, { GIFT25: 2500, GIFT50: 5000 });
    await shop.removeFromCart('T-shirt');
    await shop.backToPayment();
    await expect(shop.total('grand-total')).toHaveText('$12.50');
    await cards.pays(native, { GIFT25: 1250, GIFT50: 0 });
    await picture(shop.page, 'things taken out again');

    await store.bigcommerce.switches({ webhook_mode: 'deliver' });
    const number = await shop.placeOrderWithoutPayment();
    await cards.redeemedOnce(number, native, { GIFT25: 1250 });
    await cards.free({ GIFT25: 1250, GIFT50: 5000 });
  });
}
