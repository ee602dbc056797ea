import { expect, test } from '../support/fixtures';
import { picture } from '../support/picture';

// A gift card typed into the code box becomes a gift certificate of the store, worth exactly what
// the card pays here.

test.beforeEach(async ({ store }) => {
  await store.connect();
});

const RULE_NOT_MET = 'Your cart does not meet the conditions of this code.';

test('a card for orders of 600.00 is refused below that, shipping not counted, and taken above', async ({
  shop,
  store,
  cards,
}) => {
  // With 5.00 for shipping there are 604.99 to pay.
  await store.bigcommerce.changeProduct(116, { price: 599.99 });
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('GIFT150');
  await expect(shop.codeError).toHaveText(RULE_NOT_MET);
  await expect(cards.rows).toHaveCount(0);
  await expect(shop.total('grand-total')).toHaveText('$604.99');
  await picture(shop.page, 'refused below 600.00');
  await cards.free({ GIFT150: 15000 });
  expect(await store.bigcommerce.codesSent()).toEqual({ coupons: [], certificates: [] });

  await shop.addToCart('Socks');
  await shop.backToPayment();
  await shop.applyCode('GIFT150');
  const native = await cards.nativeCode('GIFT150');
  await expect(shop.total('grand-total')).toHaveText('$612.49');
  await expect(shop.total('outstanding')).toHaveText('$462.49');
  await cards.pays(native, { GIFT150: 15000 });
  expect(await shop.messages()).toEqual([]);
  await picture(shop.page, 'taken above 600.00');

  const number = await shop.placeOrder('cod');
  await expect(shop.page.getByTestId('order-certificate')).toHaveText('-$150.00');
  await expect(shop.page.getByTestId('order-paid')).toHaveText('-$462.49');
  await cards.redeemedOnce(number, native, { GIFT150: 15000 });
  await cards.free({ GIFT150: 0 });
});

test('a card pays for shipping and tax too; the rest is spent on a second order', async ({
  shop,
  store,
  cards,
}) => {
  await store.bigcommerce.switches({ tax_percent: 10 });
  await shop.walkWith(['T-shirt']);
  await shop.applyCode('GIFT50');
  const native = await cards.nativeCode('GIFT50');
  await expect(shop.total('shipping')).toHaveText('$5.00');
  await expect(shop.total('grand-total')).toHaveText('$33.00');
  await expect(shop.total('outstanding')).toHaveText('$0.00');
  await cards.pays(native, { GIFT50: 3300 });

  // No payment method is asked for.
  await expect(shop.page.getByTestId('nothing-to-pay')).toBeVisible();
  await expect(shop.page.getByTestId('payment-cod')).toHaveCount(0);
  await picture(shop.page, 'nothing left to pay');
  const number = await shop.placeOrderWithoutPayment();
  await expect(shop.page.getByTestId('order-certificate')).toHaveText('-$33.00');
  await cards.redeemedOnce(number, native, { GIFT50: 3300 });
  await cards.free({ GIFT50: 1700 });

  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('GIFT50');
  const second = await cards.nativeCode('GIFT50');
  expect(second).not.toBe(native);
  await cards.pays(second, { GIFT50: 1700 });
  await expect(shop.total('outstanding')).toHaveText('$130.40');
  await picture(shop.page, 'the rest on a second order');
  const next = await shop.placeOrder('cod');
  await cards.redeemedOnce(next, second, { GIFT50: 1700 });
  await cards.free({ GIFT50: 0 });
});

test('two cards in one entry are used in that order, the last one in part', async ({
  shop,
  cards,
}) => {
  await shop.checkoutWith(['Charger']);
  await shop.applyCode('GIFT25,GIFT50');
  const native = await cards.nativeCode('GIFT25');
  await cards.pays(native, { GIFT25: 2500, GIFT50: 995 });
  await expect(shop.total('outstanding')).toHaveText('$0.00');
  await picture(shop.page, 'two cards by comma');
  const number = await shop.placeOrderWithoutPayment();
  await cards.redeemedOnce(number, native, { GIFT25: 2500, GIFT50: 995 });
  await cards.free({ GIFT25: 0, GIFT50: 4005 });
});

test('of several cards, those that cannot be used are named and the others pay', async ({
  shop,
  store,
  cards,
}) => {
  await shop.ownTime();
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('GIFT50, GIFTEXPIRED GIFT25, GIFT150');
  const native = await cards.nativeCode('GIFT50');
  await cards.pays(native, { GIFT50: 5000, GIFT25: 2500 });
  await expect(shop.total('outstanding')).toHaveText('$59.00');
  await shop.readsOnly(`GIFTEXPIRED: This code has expired. GIFT150: ${RULE_NOT_MET}`);
  await picture(shop.page, 'cards that cannot be used are named');
  await cards.free({ GIFTEXPIRED: 5000, GIFT150: 15000 });
  expect((await store.bigcommerce.codesSent()).certificates).toEqual([native]);

  const number = await shop.placeOrder('cod');
  await cards.redeemedOnce(number, native, { GIFT50: 5000, GIFT25: 2500 });
});

test('removed, all cards of a certificate are free; entered again they have the same one', async ({
  shop,
  store,
  cards,
}) => {
  await shop.checkoutWith(['Headphones']);
  for (const typo of ['GIFT5O', 'GIFTEMPTY', 'GIFT2S GIFTS0', 'GIFT150']) {
    await shop.applyCode(typo);
    await expect(shop.codeError).toBeVisible();
  }
  await shop.applyCode('GIFT50, GIFT25');
  const native = await cards.nativeCode('GIFT50');
  for (let time = 0; time < 3; time += 1) {
    await cards.remove();
    await expect(shop.total('grand-total')).toHaveText('$134.00');
    await cards.free({ GIFT50: 5000, GIFT25: 2500 });
    expect(await cards.worth(native)).toBe(0);
    await shop.applyCode('GIFT50, GIFT25');
    expect(await cards.nativeCode('GIFT50')).toBe(native);
    await cards.pays(native, { GIFT50: 5000, GIFT25: 2500 });
  }
  await shop.changeShipping('shipping_flatrate');
  await expect(shop.total('outstanding')).toHaveText('$64.00');
  await shop.setQuantity('Headphones', 2);
  await shop.backToPayment();
  expect(await cards.nativeCode('GIFT50')).toBe(native);
  await picture(shop.page, 'entered again');

  // The storefront counts the certificate codes that are tried: it was this one alone.
  const { certificates, coupons } = await store.bigcommerce.codesSent();
  expect([...new Set(certificates)]).toEqual([native]);
  expect(coupons).toEqual([]);
  const number = await shop.placeOrder('cod');
  await cards.redeemedOnce(number, native, { GIFT50: 5000, GIFT25: 2500 });
});
