import { expect, test } from '../support/fixtures';
import { picture } from '../support/picture';
import { StorefrontApi } from '../support/storefront-api';
import type { Shop } from '../support/shop';

// Somebody else got hold of a certificate's code and tries it by the storefront's API alone. More
// than its checkout uses is never on a certificate, and whatever it paid is redeemed.

test.beforeEach(async ({ store }) => {
  await store.connect();
});

test('the rest of a card cannot be spent before the order, nor after it', async ({
  shop,
  store,
  cards,
  newShopper,
}) => {
  await shop.checkoutWith(['T-shirt']);
  await shop.applyCode('GIFT50');
  const native = await cards.nativeCode('GIFT50');
  await cards.pays(native, { GIFT50: 3000 });

  const thief = await somebodyElse(newShopper);
  expect(await thief.applyCertificate(native)).toBe(200);
  // Of the card's 50.00, only what the other checkout uses is within reach.
  expect((await thief.read()).giftCertificates).toMatchObject([{ used: 30, remaining: 0 }]);

  const number = await shop.placeOrderWithoutPayment();
  await picture(shop.page, 'what the certificate paid');
  await cards.redeemedOnce(number, native, { GIFT50: 3000 });
  expect((await thief.read()).outstandingBalance).toBe(134);
  expect(await thief.applyCertificate(native)).toBe(400);
  const late = await somebodyElse(newShopper);
  expect(await late.applyCertificate(native)).toBe(400);
  const other = await thief.placeOrder();
  await store.orderRead(other);
  expect(await cards.usedBy(other, native)).toBe(0);
  await cards.free({ GIFT50: 2000 });
});

test('the rest of a card cannot be spent while its order waits for money', async ({
  shop,
  store,
  cards,
  newShopper,
}) => {
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('GIFT50');
  const native = await cards.nativeCode('GIFT50');
  const number = await shop.placeOrder('bankdeposit');
  await store.orderRead(number);
  await picture(shop.page, 'the rest waits for its money');

  const thief = await somebodyElse(newShopper);
  expect(await thief.applyCertificate(native)).toBe(400);
  await store.mark(number, 'paid');
  await cards.redeemedOnce(number, native, { GIFT50: 5000 });
  expect(await thief.applyCertificate(native)).toBe(400);
});

for (const steals of [false, true]) {
  const what = steals ? 'is redeemed where it was spent' : 'dies with the order';

  test(`what a cart that shrank unseen leaves on a certificate ${what}`, async ({
    shop,
    store,
    cards,
    newShopper,
  }) => {
    await shop.checkoutWith(['T-shirt', 'Socks']);
    await shop.applyCode('GIFT50');
    const native = await cards.nativeCode('GIFT50');
    await cards.pays(native, { GIFT50: 3750 });
    // Neither the module nor a webhook tells of it.
    await store.bigcommerce.switches({ webhook_mode: 'hold' });
    const own = new StorefrontApi(shop.page.context(), shop.url);
    await own.ownCheckout();
    await own.removeFirst();
    const number = await own.placeOrder();
    const used = await cards.usedBy(number, native);
    expect([used, await cards.worth(native)]).toEqual([1250, 2500]);

    const thief = await somebodyElse(newShopper);
    let stolen = 0;
    if (steals) {
      expect(await thief.applyCertificate(native)).toBe(200);
      stolen = await cards.usedBy(await thief.placeOrder(), native);
      expect(stolen).toBe(2500);
    }
    await store.bigcommerce.switches({ webhook_mode: 'deliver' });
    await store.bigcommerce.deliverWebhooks();
    await store.until(async () => (await cards.worth(native)) === 0);
    if (!steals) expect(await thief.applyCertificate(native)).toBe(400);
    // What the store took for the certificate is what the card gave, to the cent.
    await cards.free({ GIFT50: 5000 - used - stolen });
    await shop.page.goto('/control');
    await expect(shop.page.getByRole('row').filter({ hasText: native })).not.toHaveCount(0);
    await picture(shop.page, 'what both orders used');
  });
}

test('a whole certificate that was spent elsewhere pays nothing here', async ({
  shop,
  store,
  cards,
  newShopper,
}) => {
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('GIFT50');
  const native = await cards.nativeCode('GIFT50');
  const thief = await somebodyElse(newShopper);
  expect(await thief.applyCertificate(native)).toBe(200);
  const stolen = await thief.placeOrder();
  await cards.redeemedOnce(stolen, native, { GIFT50: 5000 });
  await cards.free({ GIFT50: 0 });

  await shop.backToPayment();
  await expect(cards.rows).toHaveCount(0);
  await expect(shop.total('grand-total')).toHaveText('$134.00');
  await picture(shop.page, 'a certificate spent elsewhere');
  const number = await shop.placeOrder('cod');
  await store.orderRead(number);
  expect(await cards.usedBy(number, native)).toBe(0);
  expect((await store.voucherify.redemptions('GIFT50')).length).toBe(1);
});

/** Another browser with a checkout of 134.00, of which nobody but the storefront's API knows. */
async function somebodyElse(newShopper: () => Promise<Shop>): Promise<StorefrontApi> {
  const { page, url } = await newShopper();
  const api = new StorefrontApi(page.context(), url);
  await api.checkoutWith(['Headphones'], { email: 'mallory@example.com' });
  return api;
}
