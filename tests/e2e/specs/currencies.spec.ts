import { expect, test } from '../support/fixtures';
import { picture } from '../support/picture';

const OTHER = 'This code cannot be used in the currency of your cart.';

// Yen have no decimals, dinars three.
const CURRENCIES = [
  { currency: 'JPY', before: '¥120,600', off: '¥11,985', after: '¥108,615' },
  { currency: 'KWD', before: 'KWD 246.828', off: 'KWD 24.530', after: 'KWD 222.298' },
];

// Prices have thousandths and codes hundredths: sums of both must not look changed.
test('free things beside other codes in dinars, without a word', async ({ shop, store }) => {
  await store.connect();
  await shop.ownTime();
  await shop.chooseCurrency('KWD');
  await shop.checkoutWith(['iPhone 8', 'Headphones']);
  const before = (await shop.total('grand-total').textContent()) ?? '';
  await shop.applyCode('FREESET');
  await shop.applyCode('FREETEE');
  for (const name of ['Charger', 'Socks', 'T-shirt'] as const)
    await expect(shop.freeLine(name)).toBeVisible();
  await expect(shop.total('grand-total')).toHaveText(before);
  await shop.saysNothing();
  await picture(shop.page, 'free things in KWD');
  await shop.removeCoupon();

  await shop.applyCode('SAVE10');
  await shop.applyCode('FREESET');
  await expect(shop.freeLine('Socks')).toBeVisible();
  await shop.saysNothing();
  await picture(shop.page, 'a percentage and free things in KWD');
});

for (const { currency, before, off, after } of CURRENCIES) {
  test(`a percentage in ${currency}; amounts are refused`, async ({ shop, store }) => {
    await store.connect();
    await shop.ownTime();
    await shop.chooseCurrency(currency);
    await shop.checkoutWith(['iPhone 8']);
    await expect(shop.total('grand-total')).toHaveText(before);
    await shop.isRefused('TAKE20', OTHER);
    await shop.applyCode('SAVE10');
    await shop.nativeCode('SAVE10');
    await expect(shop.couponAmount()).toHaveText(`-${off}`);
    await expect(shop.total('grand-total')).toHaveText(after);
    await picture(shop.page, `in ${currency}`);
    await shop.placeOrder('cod');
    await expect(shop.page.getByTestId('order-total')).toHaveText(after);
    const redeemed = async () => (await store.voucherify.redemptions('SAVE10')).length;
    await expect.poll(redeemed).toBe(1);
  });
}
