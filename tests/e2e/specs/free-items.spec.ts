import { expect, test } from '../support/fixtures';
import { picture } from '../support/picture';

const OUT_OF_STOCK = 'The free item of this code is out of stock.';
const TEE_LEFT =
  'The code FREETEE was taken off. Your cart does not meet the conditions of this code.';
const NEEDS_CHOICE =
  'Something has to be chosen or filled in for the free item of this code, which is not possible here.';

test('a T-shirt is free with a phone, and leaves with it', async ({ shop, store }) => {
  await store.connect();
  await shop.checkoutWith(['iPhone 8', 'Socks']);
  await expect(shop.total('grand-total')).toHaveText('$811.50');
  await shop.applyCode('FREETEE');
  await shop.nativeCode('FREETEE');
  await expect(shop.freeLine('T-shirt')).toContainText('1 × T-shirt');
  await expect(shop.freeLine('T-shirt')).toContainText('M');
  await expect(shop.freeLine('T-shirt')).toContainText('Free');
  await expect(shop.total('grand-total')).toHaveText('$811.50');
  expect(await shop.messages()).toEqual([]);
  await picture(shop.page, 'a free T-shirt');

  await shop.removeFromCart('iPhone 8');
  await shop.backToPayment();
  await expect(shop.page.getByRole('status')).toContainText(TEE_LEFT);
  await expect(shop.freeLine('T-shirt')).toHaveCount(0);
  expect(await shop.couponCodes()).toEqual([]);
  await expect(shop.total('grand-total')).toHaveText('$12.50');
  await picture(shop.page, 'without the phone no T-shirt');
});

// The cart page does not carry our script: a webhook brings the news before the shopper is back.
test('why a T-shirt left is told, though its coupon lives on by another code', async ({
  shop,
  store,
}) => {
  await store.connect();
  await shop.checkoutWith(['iPhone 8', 'Headphones']);
  await shop.applyCode('FREETEE, SAVE10');
  const native = await shop.nativeCode('FREETEE');
  await expect(shop.freeLine('T-shirt')).toBeVisible();

  await shop.removeFromCart('iPhone 8');
  await store.until(async () => {
    const [ours] = await store.bigcommerce.ourPromotions();
    return ours?.display_name === 'SAVE10';
  });
  await shop.openCheckout();
  await expect(shop.page.getByRole('status')).toContainText(TEE_LEFT);
  expect(await shop.couponCodes()).toEqual([native]);
  await expect(shop.couponAmount()).toHaveText('-$12.90');
  await expect(shop.freeLine('T-shirt')).toHaveCount(0);
  await picture(shop.page, 'why the T-shirt left');
});

test('free things come and go with their code, and are ordered', async ({ shop, store }) => {
  await store.connect();
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('FREESOCKS');
  await shop.nativeCode('FREESOCKS');
  await expect(shop.freeLine('Socks')).toContainText('1 × Socks');
  await expect(shop.total('grand-total')).toHaveText('$134.00');
  await picture(shop.page, 'free socks');
  await shop.removeCoupon();
  await expect(shop.freeLine('Socks')).toHaveCount(0);

  // Added because there is none in the cart.
  await shop.applyCode('ADDCASE');
  await shop.nativeCode('ADDCASE');
  await expect(shop.freeLine('Phone case')).toContainText('1 × Phone case');
  await expect(shop.total('grand-total')).toHaveText('$134.00');
  await picture(shop.page, 'a free case is added');
  await shop.removeCoupon();
  await expect(shop.freeLine('Phone case')).toHaveCount(0);

  await shop.applyCode('FREESET');
  await shop.nativeCode('FREESET');
  await expect(shop.freeLine('Charger')).toContainText('1 × Charger');
  await expect(shop.freeLine('Socks')).toContainText('2 × Socks');
  await expect(shop.total('grand-total')).toHaveText('$134.00');
  await picture(shop.page, 'a free set');
  await shop.placeOrder('cod');
  await expect(shop.page.getByTestId('order-total')).toHaveText('$134.00');
  await picture(shop.page, 'a free set ordered');
  const redeemed = async () => (await store.voucherify.redemptions('FREESET')).length;
  await expect.poll(redeemed).toBe(1);
});

test('a case in the cart becomes the free one', async ({ shop, store }) => {
  await store.connect();
  await shop.checkoutWith(['Headphones', 'Phone case']);
  await expect(shop.total('grand-total')).toHaveText('$153.90');
  await shop.applyCode('ADDCASE');
  await shop.nativeCode('ADDCASE');
  await expect(shop.couponAmount()).toHaveText('-$19.90');
  await expect(shop.freeLine('Phone case')).toHaveCount(0);
  await expect(shop.total('grand-total')).toHaveText('$134.00');
  await picture(shop.page, 'the case is free');
});

test('what cannot be added for free is refused, and never paid', async ({ shop, store }) => {
  await store.connect();
  await shop.ownTime();
  await shop.checkoutWith(['Headphones']);
  await shop.isRefused('FREEMUG', OUT_OF_STOCK);
  await shop.isRefused('FREESHIRT', NEEDS_CHOICE);
  await shop.isRefused('FREEPEN', NEEDS_CHOICE);
  await expect(shop.total('grand-total')).toHaveText('$134.00');
  await expect(shop.page.getByTestId('summary-items').locator('li')).toHaveCount(1);
  expect(await store.bigcommerce.ourPromotions()).toEqual([]);
});
