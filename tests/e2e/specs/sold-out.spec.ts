import { expect, test } from '../support/fixtures';
import { picture } from '../support/picture';

const T_SHIRT = 112;

for (const promotions_evaluated_on_read of [true, false]) {
  const position = `promotions evaluated on read: ${promotions_evaluated_on_read}`;

  test(`a free item that sells out leaves with its code (${position})`, async ({ shop, store }) => {
    await store.connect();
    await store.bigcommerce.switches({ promotions_evaluated_on_read });
    await shop.checkoutWith(['iPhone 8']);
    await shop.applyCode('FREETEE');
    await shop.nativeCode('FREETEE');
    await expect(shop.freeLine('T-shirt')).toContainText('1 × T-shirt');

    // Somebody else buys the last one.
    await store.bigcommerce.stock(T_SHIRT, 0);
    await shop.page.getByTestId('place-order').click();
    await shop.backToPayment();
    await expect(shop.page.getByRole('status')).toContainText(
      'The code FREETEE was taken off. The free item of this code is out of stock.',
    );
    expect(await shop.couponCodes()).toEqual([]);
    await expect(shop.freeLine('T-shirt')).toHaveCount(0);
    await expect(shop.total('grand-total')).toHaveText('$804.00');
    await picture(shop.page, 'the free T-shirt is sold out');

    await shop.placeOrder('cod');
    await expect(shop.page.getByTestId('order-total')).toHaveText('$804.00');
    await store.until(async () => (await store.voucherify.voucher('FREETEE')).held_quantity === 0);
    expect(await store.voucherify.redemptions('FREETEE')).toEqual([]);
  });
}
