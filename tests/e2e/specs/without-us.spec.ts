import { expect, test } from '../support/fixtures';

// The shop by itself: what a store does before it is connected, and must still do after.
test.beforeEach(async ({ store }) => {
  await store.disconnect();
});

test('a guest buys and pays on delivery', async ({ shop, store }) => {
  await shop.walkWith(['iPhone 8', 'T-shirt']);
  await expect(shop.total('subtotal')).toHaveText('$824.00');
  const number = await shop.placeOrder('cod');

  const { orders } = await store.bigcommerce.state();
  expect(orders.map(({ id, status_id }) => ({ id, status_id }))).toEqual([
    { id: number, status_id: 11 },
  ]);
  await expect(shop.page.getByTestId('cart-count')).toBeHidden();
});

test('a guest pays by bank transfer, and the order waits', async ({ shop, store }) => {
  await shop.checkoutWith(['Headphones']);
  const number = await shop.placeOrder('bankdeposit');
  await expect(shop.page.getByTestId('order-status')).toContainText(
    'once your payment has arrived',
  );

  const { orders } = await store.bigcommerce.state();
  expect(orders).toEqual([expect.objectContaining({ id: number, status_id: 7 })]);
});

test('a customer signs in during the checkout and is shown everywhere', async ({ shop }) => {
  await shop.addToCart('Socks');
  await shop.openCheckout();
  await shop.signInAtCheckout('alice');
  await expect(shop.page.getByTestId('shopper')).toHaveText('Alice Adams');
  await expect(shop.page.getByTestId('shipping-address1')).toHaveValue('1 Example Street');
  await shop.chooseShipping();
  await shop.chooseBilling();
  await shop.placeOrder('cod');
  await expect(shop.page.getByTestId('shopper')).toHaveText('Alice Adams');
});

test("the store's own coupon works, is taken off and put on again", async ({ shop }) => {
  await shop.checkoutWith(['Charger', 'Phone case']);
  const before = (await shop.total('grand-total').textContent()) ?? '';

  await shop.applyCode('NATIVE5');
  expect(await shop.couponCodes()).toEqual(['NATIVE5']);
  await expect(shop.couponAmount()).toHaveText('-$5.00');
  await expect(shop.total('grand-total')).not.toHaveText(before);
  await shop.removeCoupon();
  await expect(shop.total('grand-total')).toHaveText(before);
  await shop.applyCode('native5');
  await expect(shop.couponAmount()).toHaveText('-$5.00');
  await shop.placeOrder('cod');
  await expect(shop.page.getByTestId('order-coupon')).toHaveText('-$5.00');
});

test('an unknown code is refused with a sentence, and the order goes on', async ({ shop }) => {
  await shop.checkoutWith(['Socks']);
  await shop.applyCode('NO-SUCH-CODE');
  await expect(shop.codeError).toBeVisible();
  await expect(shop.codeError).not.toBeEmpty();
  expect(await shop.couponCodes()).toEqual([]);
  await shop.placeOrder('cod');
});
