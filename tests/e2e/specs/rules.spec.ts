import { expect, test } from '../support/fixtures';

const NOT_MET = 'The conditions of this code are not met, or its limit has been reached.';

test('codes for staff, for friends and for once, tried by alice', async ({ shop, store }) => {
  await store.connect();
  await shop.ownTime();
  await shop.checkoutWith(['Headphones'], { customer: 'alice' });
  await shop.isRefused('STAFF25', 'This code is not available for your account.');
  await shop.isRefused('FRIEND-ALICE', 'You cannot use your own referral code.');
  await shop.applyCode('FIRST10');
  await shop.nativeCode('FIRST10');
  await expect(shop.total('grand-total')).toHaveText('$124.00');
  await shop.placeOrder('cod');
  const redeemed = async () => (await store.voucherify.redemptions('FIRST10')).length;
  await expect.poll(redeemed).toBe(1);

  await shop.checkoutWith(['Headphones'], { customer: 'alice' });
  await shop.isRefused('FIRST10', NOT_MET);
});

test('codes for staff and for friends, tried by bob', async ({ shop, store }) => {
  await store.connect();
  await shop.walkWith(['Headphones'], { customer: 'bob' });
  await shop.tries('STAFF25', '$32.25', '$101.75');
  await shop.tries('FRIEND-ALICE', '$10.00', '$124.00');
});

test('a cart that lacks what codes ask for', async ({ shop, store }) => {
  await store.connect();
  await shop.ownTime();
  await shop.checkoutWith(['Headphones']);
  await shop.isRefused('PHONES10', 'Your cart does not meet the conditions of this code.');
  await shop.isRefused('CLOTHES20', 'Your cart does not meet the conditions of this code.');
  await shop.isRefused('THREE15', 'This code needs at least three pieces in the cart.');
  await shop.tries('BUDGET', '$25.80', '$108.20');

  // Alone, or not at all.
  await shop.applyCode('SAVE10');
  await shop.nativeCode('SAVE10');
  await shop.isRefused('ALONE30', 'This code cannot be combined with the other codes.');
  await shop.removeCoupon();
  await shop.tries('ALONE30', '$38.70', '$95.30');
});

test('a cart that has what codes ask for', async ({ shop, store }) => {
  await store.connect();
  await shop.ownTime();
  await shop.checkoutWith(['Headphones', 'iPhone 8', 'T-shirt']);
  await expect(shop.total('grand-total')).toHaveText('$958.00');
  await shop.tries('PHONES10', '$95.30', '$862.70');
  await shop.tries('CLOTHES20', '$5.00', '$953.00');
  await shop.tries('THREE15', '$142.95', '$815.05');
  // More than is left in its budget.
  await shop.isRefused('BUDGET', NOT_MET);
});
