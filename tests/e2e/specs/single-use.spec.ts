import { expect, test } from '../support/fixtures';

test('a single-use code is in use in one checkout at a time', async ({
  shop,
  store,
  newShopper,
}) => {
  await store.connect();
  const other = await newShopper();
  await other.ownTime();
  await shop.checkoutWith(['Headphones']);
  await other.checkoutWith(['iPhone 8'], { email: 'other@example.com' });

  await shop.applyCode('ONCE15');
  await shop.nativeCode('ONCE15');
  await other.applyCode('ONCE15');
  await other.readsOnly('This code is in use in another checkout.');
  expect(await other.couponCodes()).toEqual([]);
  await expect(other.total('grand-total')).toHaveText('$804.00');

  await shop.removeCoupon();
  await store.until(async () => (await store.voucherify.voucher('ONCE15')).held_quantity === 0);
  await other.applyCode('ONCE15');
  await other.nativeCode('ONCE15');
  await expect(other.couponAmount()).toHaveText('-$119.85');
  expect(await other.messages()).toEqual([]);

  // Now it is the other way round.
  await shop.applyCode('ONCE15');
  await expect(shop.codeError).toHaveText('This code is in use in another checkout.');
});

test('the native code of one checkout is worth nothing in another', async ({
  shop,
  store,
  newShopper,
}) => {
  await store.connect();
  const thief = await newShopper();
  await shop.checkoutWith(['Headphones']);
  await thief.checkoutWith(['Headphones'], { email: 'thief@example.com' });
  await shop.applyCode('TAKE20');
  const native = await shop.nativeCode('TAKE20');

  await thief.applyCode(native);
  await expect(thief.codeError).toHaveText('This code is not valid.');
  await expect(thief.total('grand-total')).toHaveText('$134.00');
  expect(await shop.couponCodes()).toEqual([native]);
});
