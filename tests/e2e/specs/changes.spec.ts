import { expect, test } from '../support/fixtures';
import { picture } from '../support/picture';
import { redeemedOnce } from '../support/redeemed';

for (const promotions_evaluated_on_read of [true, false]) {
  const position = `promotions evaluated on read: ${promotions_evaluated_on_read}`;

  test(`the discount follows the quantity (${position})`, async ({ shop, store }) => {
    await store.connect();
    await store.bigcommerce.switches({ promotions_evaluated_on_read });
    await shop.checkoutWith(['Headphones']);
    await shop.applyCode('SAVE10');
    const native = await shop.nativeCode('SAVE10');
    await expect(shop.couponAmount()).toHaveText('-$12.90');

    await shop.setQuantity('Headphones', 3);
    await shop.backToPayment();
    expect(await shop.couponCodes()).toEqual([native]);
    await expect(shop.couponAmount()).toHaveText('-$38.70');
    await expect(shop.total('grand-total')).toHaveText('$353.30');

    await shop.setQuantity('Headphones', 2);
    await shop.backToPayment();
    await expect(shop.couponAmount()).toHaveText('-$25.80');
    const number = await shop.placeOrder('cod');
    await redeemedOnce(store, { code: 'SAVE10', number, native, amount: 25800, discount: 2580 });
  });
}

// The cart page does not carry our script: webhooks may bring the news before the shopper is back.
for (const webhook_mode of ['deliver', 'hold']) {
  test(`a code whose rule is no longer met leaves with a sentence (webhooks: ${webhook_mode})`, async ({
    shop,
    store,
  }) => {
    await store.connect();
    await store.bigcommerce.switches({ webhook_mode });
    await shop.checkoutWith(['iPhone 8', 'Headphones']);
    await shop.applyCode('BIG100');
    await shop.nativeCode('BIG100');
    await expect(shop.total('grand-total')).toHaveText('$833.00');

    await shop.removeFromCart('iPhone 8');
    if (webhook_mode === 'deliver')
      await store.until(async () => (await store.bigcommerce.ourPromotions()).length === 0);
    await shop.openCheckout();
    await shop.asGuest();
    await shop.chooseShipping();
    // And more, if our script came after the page had read the checkout.
    await expect(shop.page.getByRole('status')).toContainText(
      'The code BIG100 was taken off. Your cart does not meet the conditions of this code.',
    );
    await shop.chooseBilling();
    expect(await shop.couponCodes()).toEqual([]);
    await expect(shop.total('grand-total')).toHaveText('$134.00');
    await shop.placeOrder('cod');
    await store.until(async () => (await store.voucherify.voucher('BIG100')).held_quantity === 0);
    expect(await store.voucherify.redemptions('BIG100')).toEqual([]);
  });
}

test('a loader that comes after the page has read the checkout: what it shows is told to be old', async ({
  shop,
  store,
}) => {
  await store.connect();
  await store.bigcommerce.switches({ webhook_mode: 'hold' });
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('SAVE10');
  const native = await shop.nativeCode('SAVE10');
  await shop.setQuantity('Headphones', 3);

  let come = () => {};
  const coming = new Promise<void>((resolve) => {
    come = resolve;
  });
  await shop.page.route(/loader\.js/, (route) => coming.then(() => route.continue()));
  await shop.openCheckout();
  await shop.asGuest();
  come();
  await shop.loaderIsThere();
  await expect(shop.page.getByRole('status')).toHaveText(
    'The amounts of your codes have changed. Reload the page to see the new total.',
  );
  await shop.openCheckout();
  await shop.asGuest();
  await shop.chooseShipping();
  await shop.chooseBilling();
  expect(await shop.couponCodes()).toEqual([native]);
  await expect(shop.couponAmount()).toHaveText('-$38.70');
  await expect(shop.total('grand-total')).toHaveText('$353.30');
  await store.bigcommerce.switches({ webhook_mode: 'deliver' });
  const number = await shop.placeOrder('cod');
  await redeemedOnce(store, { code: 'SAVE10', number, native, amount: 38700, discount: 3870 });
});

// From the answer to a new e-mail address the page takes the total, and not the codes.
test('a code that another e-mail address costs is not left on screen without a word', async ({
  shop,
  store,
  newShopper,
}) => {
  await store.connect();
  await shop.checkoutWith(['Socks'], { email: 'first@example.com' });
  await shop.applyCode('FIRST10');
  await shop.nativeCode('FIRST10');
  await shop.placeOrder('cod');
  const redeemed = async () => (await store.voucherify.redemptions('FIRST10')).length;
  await expect.poll(redeemed).toBe(1);

  const again = await newShopper();
  await again.checkoutWith(['Headphones'], { email: 'second@example.com' });
  await again.applyCode('FIRST10');
  await again.nativeCode('FIRST10');
  await expect(again.total('grand-total')).toHaveText('$124.00');
  await again.page.getByTestId('customer-edit').click();
  await again.asGuest('first@example.com');
  await expect(again.total('grand-total')).toHaveText('$134.00');
  await expect(again.page.getByRole('status')).toHaveText(
    'The code FIRST10 was taken off. ' +
      'The conditions of this code are not met, or its limit has been reached. ' +
      'The amounts of your codes have changed. Reload the page to see the new total.',
  );
  await picture(again.page, 'another address costs the code');
  await again.openCheckout();
  expect(await again.couponCodes()).toEqual([]);
  await expect(again.total('grand-total')).toHaveText('$134.00');
});

test('another shipping option and another address keep the code', async ({ shop, store }) => {
  await store.connect();
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('SAVE10');
  const native = await shop.nativeCode('SAVE10');
  await expect(shop.total('grand-total')).toHaveText('$121.10');

  await shop.page.getByTestId('shipping-edit').click();
  await shop.fillAddress({ city: 'Albany', postalCode: '12207', region: 'NY' });
  await shop.chooseShipping('shipping_flatrate');
  await shop.chooseBilling();
  expect(await shop.couponCodes()).toEqual([native]);
  await expect(shop.couponAmount()).toHaveText('-$12.90');
  await expect(shop.total('grand-total')).toHaveText('$126.10');
  expect(await shop.messages()).toEqual([]);

  const number = await shop.placeOrder('cod');
  await redeemedOnce(store, { code: 'SAVE10', number, native, amount: 12900, discount: 1290 });
});
