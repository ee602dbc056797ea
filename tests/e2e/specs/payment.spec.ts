import { expect, test } from '../support/fixtures';
import { redeemedOnce } from '../support/redeemed';

test('paid by bank transfer, a code is redeemed when the money is there and not before', async ({
  shop,
  store,
}) => {
  await store.connect();
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('ONCE15');
  const native = await shop.nativeCode('ONCE15');
  const number = await shop.placeOrder('bankdeposit');
  await store.orderRead(number);
  expect(await store.voucherify.redemptions('ONCE15')).toEqual([]);
  expect((await store.voucherify.voucher('ONCE15')).held_quantity).toBe(1);
  expect(await store.bigcommerce.ourPromotions()).toHaveLength(1);

  // What a merchant does, in the control panel's own page.
  const { page } = shop;
  await page.goto('/control');
  const row = page.getByRole('row').filter({ hasText: native }).filter({ hasText: 'grace@' });
  await expect(row).toContainText('Awaiting Payment (7)');
  await expect(row).toContainText('114.65 USD');
  await row.getByRole('button', { name: 'Paid', exact: true }).click();
  await expect(row).toContainText('Awaiting Fulfillment (11)');
  await redeemedOnce(store, { code: 'ONCE15', number, native, amount: 12900, discount: 1935 });
});

test('an order that is cancelled before it is paid gives its code back', async ({
  shop,
  store,
  newShopper,
}) => {
  await store.connect();
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('ONCE50');
  const first = await shop.nativeCode('ONCE50');
  const number = await shop.placeOrder('bankdeposit');
  await store.orderRead(number);

  await store.mark(number, 'cancelled');
  await store.until(async () => (await store.voucherify.voucher('ONCE50')).held_quantity === 0);
  await store.until(async () => (await store.bigcommerce.ourPromotions()).length === 0);
  expect(await store.voucherify.redemptions('ONCE50')).toEqual([]);

  const other = await newShopper();
  await other.checkoutWith(['iPhone 8']);
  await other.applyCode('ONCE50');
  const native = await other.nativeCode('ONCE50');
  expect(native).not.toBe(first);
  const second = await other.placeOrder('cod');
  const expected = { code: 'ONCE50', native, amount: 79900, discount: 5000 };
  await redeemedOnce(store, { ...expected, number: second });
});

for (const event of ['refunded', 'cancelled'] as const) {
  test(`a paid order that is ${event} gives its code back`, async ({ shop, store }) => {
    await store.connect();
    // Hearing of it twice rolls nothing back twice.
    await store.bigcommerce.switches({ webhook_mode: 'duplicate' });
    await shop.checkoutWith(['Headphones']);
    await shop.applyCode('ONCE15');
    const native = await shop.nativeCode('ONCE15');
    const number = await shop.placeOrder('cod');
    await redeemedOnce(store, { code: 'ONCE15', number, native, amount: 12900, discount: 1935 });

    await store.mark(number, event);
    const statuses = async () =>
      (await store.voucherify.redemptions('ONCE15')).map(({ status }) => status);
    await expect.poll(statuses).toEqual(['ROLLED_BACK']);
    const { rollbacks } = await store.voucherify.state();
    expect(rollbacks.filter(({ voucher }) => voucher?.code === 'ONCE15')).toHaveLength(1);
    expect(await store.voucherify.voucher('ONCE15')).toMatchObject({
      redeemed_quantity: 0,
      held_quantity: 0,
    });
  });
}
