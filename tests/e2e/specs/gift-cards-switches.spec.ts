import { expect, test } from '../support/fixtures';
import { rows } from '../support/forms';
import { picture } from '../support/picture';

// What BigCommerce does not document about certificates: the whole story must hold whichever way
// it is. The first position is the stand-in's own; the short form has that one and all others at
// once, the long form each by itself as well.
const OTHERS = {
  refund_restores_certificate_balance: true,
  unusable_certificate_leaves_checkout: false,
  new_codes_visible_after_reads: 2,
  declined_payment_marks_order_declined: true,
  unfinished_order_shows_on_checkout: false,
  promotions_evaluated_on_read: false,
};
const POSITIONS: { position: Record<string, unknown>; long?: boolean }[] = [
  { position: {} },
  ...Object.entries(OTHERS).map(([name, position]) => ({
    position: { [name]: position },
    long: true,
  })),
  { position: OTHERS },
];

for (const { position } of rows(POSITIONS)) {
  test(`card, coupon, shipping, declined, paid, refunded with ${JSON.stringify(position)}`, async ({
    shop,
    store,
    cards,
  }) => {
    await store.connect();
    await store.bigcommerce.switches(position);
    await shop.checkoutWith(['T-shirt', 'Socks']);
    await shop.applyCode('GIFT25, GIFT50');
    const native = await cards.nativeCode('GIFT25');
    await cards.pays(native, { GIFT25: 2500, GIFT50: 1250 });

    // The coupon leaves less to pay, quick shipping more.
    await shop.applyCode('TAKE20');
    await expect(shop.couponAmount()).toHaveText('-$20.00');
    await cards.pays(native, { GIFT25: 1750, GIFT50: 0 });
    await shop.changeShipping('shipping_flatrate');
    await cards.pays(native, { GIFT25: 2250, GIFT50: 0 });
    await shop.removeCoupon();
    await expect(shop.total('grand-total')).toHaveText('$42.50');
    await cards.pays(native, { GIFT25: 2500, GIFT50: 1750 });
    await shop.addToCart('Headphones');
    await shop.backToPayment();
    await expect(shop.total('grand-total')).toHaveText('$171.50');
    await cards.pays(native, { GIFT25: 2500, GIFT50: 5000 });

    await shop.payByDeclinedCard();
    await cards.pays(native, { GIFT25: 2500, GIFT50: 5000 });
    await picture(shop.page, 'declined');
    const number = await shop.placeOrder('testgateway');
    await cards.redeemedOnce(number, native, { GIFT25: 2500, GIFT50: 5000 });
    await cards.free({ GIFT25: 0, GIFT50: 0 });

    await store.mark(number, 'refunded');
    await cards.free({ GIFT25: 2500, GIFT50: 5000 });
    await expect.poll(() => cards.worth(native)).toBe(0);
  });
}
