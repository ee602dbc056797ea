import { expect, test } from '../support/fixtures';
import { picture } from '../support/picture';
import type { Store } from '../support/store';

// The shop by itself: what it shows of prices, free items, several coupons, tax and currencies.
test.beforeEach(async ({ store }) => {
  await store.disconnect();
});

/** A coupon of the merchant's own, in any currency, with these rules. */
async function coupon(store: Store, code: string, name: string, actions: unknown[]): Promise<void> {
  const rules = actions.map((action) => ({ action, stop: false, apply_once: true }));
  const promotion = {
    ...{ name, display_name: name, redemption_type: 'COUPON', currency_code: '*' },
    rules,
  };
  const { data } = await store.bigcommerce.manage('POST', '/v3/promotions', promotion);
  await store.bigcommerce.manage('POST', `/v3/promotions/${data.id}/codes`, { code });
}

const FREE_SHIPPING = { shipping: { free_shipping: true, zone_ids: '*' } };

test('retail prices, what is sold out, and what has to be said', async ({ shop, store }) => {
  const { page } = shop;
  await page.goto('/');
  await expect(page.getByTestId('retail-price-111')).toContainText('$849.00');
  await expect(page.getByTestId('sold-out-117')).toBeVisible();
  await expect(page.getByTestId('add-117')).toHaveCount(0);
  await shop.addToCart('iPhone 8');
  await shop.addToCart('Engraved pen');
  await page.goto('/cart');
  await expect(page.getByTestId('retail-price-111')).toContainText('$849.00');
  await expect(page.getByTestId('line-price-111')).toHaveText('$799.00');
  await expect(page.getByTestId('line-118')).toContainText('Engraving: For Ada');
  await store.bigcommerce.stock(117, 1);
  await page.goto('/');
  await expect(page.getByTestId('add-117')).toBeVisible();
});

test('the codes to try have a kind, a rule and an effect', async ({ shop, store }) => {
  const { page } = shop;
  await page.goto('/');
  const { vouchers } = await store.voucherify.state();
  const rows = page.getByTestId('codes-to-try').locator('tbody tr');
  await expect(rows).toHaveCount(vouchers.length);
  await expect(page.getByTestId('try-SAVE10').locator('td').last()).toContainText('10');
  const ruleOf = (code: string) => page.getByTestId(`try-${code}`).locator('td').nth(1);
  await expect(ruleOf('FREETEE')).toHaveText('iPhone 8 in the cart');
  await expect(ruleOf('PHONES10')).toHaveText('Category Phones in the cart');
  await picture(page, 'the codes to try');
});

test('free items and free shipping, with several coupons beside an automatic promotion', async ({
  shop,
  store,
}) => {
  const { page } = shop;
  await store.bigcommerce.switches({
    coupons_allowed_at_checkout: 3,
    promotion_10_percent_off_accessories: true,
  });
  await coupon(store, 'SET-000000', 'FREESET, FREESHIP', [
    { gift_item: { quantity: 2, product_id: 115 } },
    FREE_SHIPPING,
  ]);
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('NATIVE5');
  await shop.applyCode('SET-000000');
  // The store forgot what was chosen, as the list of options is another one now.
  await expect(page.getByTestId('checkout-notice')).toContainText('delivery options have changed');
  await expect(page.getByTestId('shipping-continue')).toBeDisabled();
  await picture(page, 'the shipping is to be chosen again');
  await page.getByTestId('shipping-option-freeshipping').check();
  await page.getByTestId('shipping-continue').click();
  await shop.chooseBilling();

  await expect(page.getByTestId('checkout-notice')).toBeHidden();
  await expect(page.getByTestId('coupon-note')).toHaveText(['5.00 off', 'FREESET, FREESHIP']);
  await expect(page.getByTestId('coupon-amount')).toHaveText(['-$5.00', '-$15.00']);
  await expect(page.getByTestId('summary-free-line-115')).toContainText('Free');
  await expect(shop.total('discounts')).toHaveText('-$12.90');
  await expect(shop.total('shipping')).toHaveText('$0.00');
  await expect(shop.total('grand-total')).toHaveText('$111.10');
  await picture(page, 'free items and several coupons');

  await page.goto('/cart');
  await expect(page.getByTestId('free-line-115')).toContainText('Free');
  await expect(page.getByTestId('remove-115')).toHaveCount(0);
  await expect(page.getByTestId('quantity-free-115')).toHaveText('2');
  await picture(page, 'free items in the cart');
});

test('prices that contain tax', async ({ shop, store }) => {
  await store.bigcommerce.switches({ tax_percent: 20, prices_include_tax: true });
  await shop.checkoutWith(['Headphones']);
  await expect(shop.total('subtotal')).toHaveText('$129.00');
  await expect(shop.total('tax')).toHaveText('$22.33');
  await expect(shop.total('grand-total')).toHaveText('$134.00');
  await expect(shop.page.getByTestId('summary-totals')).toContainText('included in the prices');
  await shop.placeOrder('cod');
  await expect(shop.page.getByTestId('order-total')).toHaveText('$134.00');
});

for (const [code, price, total] of [
  ['JPY', '¥2,985', '¥3,735'],
  ['KWD', 'KWD 6.109', 'KWD 7.644'],
] as const) {
  test(`a shopper pays in ${code}`, async ({ shop }) => {
    const { page } = shop;
    await page.goto('/');
    await page.getByTestId('currency').selectOption(code);
    // A currency without a sign of its own is followed by a space that does not break.
    await expect(page.getByTestId('price-113')).toHaveText(price);
    await shop.walkWith(['Phone case']);
    await expect(shop.total('grand-total')).toHaveText(total);
    await picture(page, `in ${code}`);
    await shop.placeOrder('cod');
    await expect(page.getByTestId('order-total')).toHaveText(total);
  });
}

test("the page's language is chosen, and stays", async ({ shop }) => {
  const { page } = shop;
  await page.goto('/');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByTestId('language').selectOption('pl');
  await expect(page.locator('html')).toHaveAttribute('lang', 'pl');
  await page.goto('/cart');
  await expect(page.locator('html')).toHaveAttribute('lang', 'pl');
  await expect(page.getByTestId('language')).toHaveValue('pl');
});
