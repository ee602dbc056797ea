import { expect, test } from '../support/fixtures';
import { picture } from '../support/picture';

// What becomes of a gift card with its order: declined, tried again, cancelled, refunded.

test.beforeEach(async ({ store }) => {
  await store.connect();
});

test('a payment that is declined keeps the gift card for the next try', async ({ shop, cards }) => {
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('GIFT50');
  const native = await cards.nativeCode('GIFT50');
  await shop.payByDeclinedCard();
  await expect(shop.total('outstanding')).toHaveText('$84.00');
  await cards.pays(native, { GIFT50: 5000 });
  await picture(shop.page, 'declined, and the card still pays');

  // The page is loaded again before the next try, as after a detour to a bank.
  await shop.backToPayment();
  expect(await cards.nativeCode('GIFT50')).toBe(native);
  await cards.pays(native, { GIFT50: 5000 });
  const number = await shop.placeOrder('testgateway');
  await expect(shop.page.getByTestId('order-certificate')).toHaveText('-$50.00');
  await cards.redeemedOnce(number, native, { GIFT50: 5000 });
  await cards.free({ GIFT50: 0 });
});

for (const refund_restores_certificate_balance of [false, true]) {
  const position = `certificates get refunds back: ${refund_restores_certificate_balance}`;

  test(`refunds in the control panel give cards their money back (${position})`, async ({
    shop,
    store,
    cards,
  }) => {
    // Hearing of it twice gives nothing back twice.
    const webhook_mode = 'duplicate';
    await store.bigcommerce.switches({ refund_restores_certificate_balance, webhook_mode });
    await shop.checkoutWith(['Headphones']);
    await shop.applyCode('GIFT25, GIFT50');
    const native = await cards.nativeCode('GIFT25');
    const number = await shop.placeOrder('cod');
    await cards.redeemedOnce(number, native, { GIFT25: 2500, GIFT50: 5000 });
    await cards.free({ GIFT25: 0, GIFT50: 0 });

    // 59.00 go back as they were paid, 8.00 to the cards: each gets its part.
    const { page } = shop;
    await page.goto('/control');
    page.on('dialog', (dialog) => void dialog.accept('67.00'));
    const row = page.getByRole('row').filter({ hasText: native }).filter({ hasText: 'grace@' });
    await row.getByRole('button', { name: 'Refund …' }).click();
    await expect(row).toContainText('Partially Refunded');
    await cards.free({ GIFT25: 266, GIFT50: 534 });

    await row.getByRole('button', { name: 'Refunded', exact: true }).click();
    await expect(row).toContainText('Refunded (4)');
    await cards.free({ GIFT25: 2500, GIFT50: 5000 });
    await picture(page, 'refunded in the control panel');
    await expect.poll(() => cards.worth(native)).toBe(0);
  });
}

test('an order that waits for its money keeps the card, and frees it when cancelled', async ({
  shop,
  store,
  cards,
}) => {
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('GIFT50');
  const native = await cards.nativeCode('GIFT50');
  const number = await shop.placeOrder('bankdeposit');
  await store.orderRead(number);
  await picture(shop.page, 'waits for its money');
  expect(await store.voucherify.redemptions('GIFT50')).toEqual([]);
  expect(await cards.on('GIFT50')).toEqual({ balance: 5000, held: 5000 });

  await store.mark(number, 'cancelled');
  await cards.free({ GIFT50: 5000 });
  expect(await cards.worth(native)).toBe(0);
  expect(await store.voucherify.redemptions('GIFT50')).toEqual([]);
});
