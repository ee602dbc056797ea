import { expect, test } from '../support/fixtures';
import { picture } from '../support/picture';

test('free shipping is chosen by itself, and the former option is back after it', async ({
  shop,
  store,
}) => {
  await store.connect();
  await shop.checkoutWith(['Headphones']);
  await shop.changeShipping('shipping_flatrate');
  const shipping = await shop.total('shipping').textContent();
  expect(shipping).not.toBe('$0.00');
  const total = await shop.total('grand-total').textContent();
  await picture(shop.page, 'flat rate');

  await shop.applyCode('FREESHIP');
  const native = await shop.nativeCode('FREESHIP');
  await expect(shop.total('shipping')).toHaveText('$0.00');
  await expect(shop.couponAmount()).toHaveText('$0.00');
  await expect(shop.total('grand-total')).toHaveText('$129.00');
  await expect(shop.step('shipping')).toContainText('Free');
  expect(await shop.messages()).toEqual([]);
  await picture(shop.page, 'free shipping');

  await shop.removeCoupon(native);
  await expect(shop.total('shipping')).toHaveText(shipping!);
  await expect(shop.total('grand-total')).toHaveText(total!);
  await picture(shop.page, 'flat rate again');

  await shop.applyCode('FREESHIP');
  await shop.nativeCode('FREESHIP');
  await shop.placeOrder('cod');
  await expect(shop.page.getByTestId('order-shipping')).toHaveText('$0.00');
  const redeemed = async () => (await store.voucherify.redemptions('FREESHIP')).length;
  await expect.poll(redeemed).toBe(1);
});
