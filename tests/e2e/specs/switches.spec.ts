import { expect, test } from '../support/fixtures';
import { rows } from '../support/forms';
import { redeemedOnce } from '../support/redeemed';

// What BigCommerce does not document: the main story must hold whichever way it is. The short form
// has the other positions at once, the long form each by itself as well.
const OTHERS = {
  promotions_evaluated_on_read: false,
  new_codes_visible_after_reads: 2,
  deleting_promotion_removes_it_from_carts: false,
};
const POSITIONS: { position: Record<string, unknown>; long?: boolean }[] = [
  ...Object.entries(OTHERS).map(([name, position]) => ({
    position: { [name]: position },
    long: true,
  })),
  { position: OTHERS },
  { position: { webhook_mode: 'duplicate' }, long: true },
  { position: { webhook_mode: 'reversed' } },
];

for (const { position } of rows(POSITIONS)) {
  test(`applied, removed, applied, ordered with ${JSON.stringify(position)}`, async ({
    shop,
    store,
  }) => {
    await store.connect();
    await store.bigcommerce.switches(position);
    await shop.checkoutWith(['iPhone 8', 'Headphones']);
    await shop.applyCode('BIG100');
    await shop.nativeCode('BIG100');
    await expect(shop.total('grand-total')).toHaveText('$833.00');
    await shop.removeCoupon();
    await expect(shop.total('grand-total')).toHaveText('$933.00');

    await shop.applyCode('ONCE15');
    const native = await shop.nativeCode('ONCE15');
    await expect(shop.couponAmount()).toHaveText('-$139.20');
    await expect(shop.total('grand-total')).toHaveText('$793.80');
    expect(await shop.messages()).toEqual([]);
    const number = await shop.placeOrder('cod');
    await redeemedOnce(store, { code: 'ONCE15', number, native, amount: 92800, discount: 13920 });
    await store.until(async () => (await store.voucherify.voucher('BIG100')).held_quantity === 0);
  });
}
