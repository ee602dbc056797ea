import { expect, test } from '../support/fixtures';

// The shop by itself: its own gift certificates, those it sells, and its second currency.
test.beforeEach(async ({ store }) => {
  await store.disconnect();
});

test('certificates pay, are shown with what remains, and come off again', async ({
  shop,
  store,
}) => {
  const { page } = shop;
  await store.bigcommerce.certificate('NATIVE-100', '100.00');
  await store.bigcommerce.certificate('NATIVE-50', '50.00');
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('native-100');
  await expect(shop.total('outstanding')).toHaveText('$34.00');
  await shop.applyCode('NATIVE-50');
  await expect(page.getByTestId('certificate-amount')).toHaveText(['-$100.00', '-$34.00']);
  await expect(page.getByTestId('certificate-note')).toHaveText([
    '$0.00 remain on it',
    '$16.00 remain on it',
  ]);
  await expect(shop.total('outstanding')).toHaveText('$0.00');
  await expect(page.getByTestId('nothing-to-pay')).toBeVisible();

  const first = page.getByTestId('certificate-remove').first();
  await first.click();
  await expect(page.getByTestId('certificate')).toHaveCount(1);
  await expect(shop.total('outstanding')).toHaveText('$84.00');
  await shop.placeOrder('cod');
  await expect(page.getByTestId('order-certificate')).toHaveText('-$50.00');
  await expect(page.getByTestId('order-paid')).toHaveText('-$84.00');
});

test('with nothing left to pay, no payment method is asked for', async ({ shop, store }) => {
  const { page } = shop;
  await store.bigcommerce.certificate('NATIVE-500', '500.00');
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('NATIVE-500');
  await expect(page.getByTestId('nothing-to-pay')).toBeVisible();
  await page.getByTestId('place-order').click();
  await expect(page.getByTestId('order-certificate')).toHaveText('-$134.00');
  const { orders } = await store.bigcommerce.state();
  expect(orders.map(({ status_id }) => status_id)).toEqual([11]);
});

test('a gift certificate is bought without a delivery, and no certificate pays it', async ({
  shop,
  store,
}) => {
  const { page } = shop;
  await store.bigcommerce.certificate('NATIVE-50', '50.00');
  await page.goto('/gift-certificates');
  await page.getByTestId('certificate-amount').fill('25');
  for (const who of ['to', 'from']) {
    await page.getByTestId(`certificate-${who}-name`).fill('Ada');
    await page.getByTestId(`certificate-${who}-email`).fill('ada@example.com');
  }
  await page.getByTestId('certificate-add').click();
  await expect(page.getByTestId('certificate-result')).toContainText('in your cart');
  await page.goto('/cart');
  await expect(page.getByTestId('line-certificate')).toContainText('$25.00');

  await shop.openCheckout();
  await page.getByTestId('guest-email').fill('grace@example.com');
  await page.getByTestId('guest-continue').click();
  const address = { firstName: 'Grace', lastName: 'Shopper', address1: '1 Example Street' };
  for (const [name, value] of Object.entries({ ...address, city: 'Austin', postalCode: '78701' })) {
    await page.getByTestId(`billing-${name}`).fill(value);
  }
  await page.getByTestId('billing-region').selectOption('TX');
  await page.getByTestId('billing-continue').click();
  await shop.applyCode('NATIVE-50');
  await expect(shop.total('outstanding')).toHaveText('$25.00');
  await shop.placeOrder('cod');
  await expect(page.getByTestId('order-line-certificate')).toContainText(
    'Gift certificate for Ada',
  );
});

test('a shopper chooses another currency, before and after there is a cart', async ({
  shop,
  store,
}) => {
  const { page } = shop;
  await store.bigcommerce.certificate('NATIVE-USD', '20.00');
  await page.goto('/');
  await page.getByTestId('currency').selectOption('EUR');
  await expect(page.getByTestId('price-113')).toHaveText('€18.31');
  await shop.walkWith(['Phone case']);
  await expect(shop.total('grand-total')).toHaveText('€22.91');
  await shop.applyCode('NATIVE-USD');
  await expect(shop.codeError).toBeVisible();

  await page.goto('/cart');
  await page.getByTestId('currency').selectOption('USD');
  await expect(page.getByTestId('cart-amount')).toHaveText('$19.90');
});
