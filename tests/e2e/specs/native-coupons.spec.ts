import { expect, test } from '../support/fixtures';

test("while connected the store's own coupons are refused, and no typed code reaches the store", async ({
  shop,
  store,
}) => {
  await store.connect();
  await shop.ownTime();
  await shop.checkoutWith(['Charger', 'Phone case']);
  await shop.applyCode('NATIVE5');
  await shop.readsOnly('This code is not valid.');
  expect(await shop.couponCodes()).toEqual([]);
  await expect(shop.total('grand-total')).toHaveText('$54.85');
  expect(await store.bigcommerce.codesSent()).toEqual({ coupons: [], certificates: [] });

  await shop.applyCode('SAVE10');
  const native = await shop.nativeCode('SAVE10');
  await shop.applyCode('NO-SUCH-CODE');
  await shop.removeCoupon();
  await shop.applyCode('native5');
  await shop.placeOrder('cod');
  expect(await store.bigcommerce.codesSent()).toEqual({ coupons: [native], certificates: [] });
});
