import { expect, test } from '../support/fixtures';

// The shop by itself: a card that is declined leaves an unfinished order and an open cart.
test.beforeEach(async ({ store }) => {
  await store.disconnect();
});

for (const second of ['testgateway', 'cod'] as const) {
  test(`a card is declined, then the order is paid with ${second}`, async ({ shop, store }) => {
    await shop.checkoutWith(['Headphones']);
    await shop.payByDeclinedCard();
    const left = (await store.bigcommerce.state()).orders;
    expect(left.map(({ status_id }) => status_id)).toEqual([0]);

    const number = await shop.placeOrder(second);
    const { orders } = await store.bigcommerce.state();
    expect(orders.map(({ id, status_id }) => [id, status_id])).toEqual([
      [left[0]?.id, 0],
      [number, 11],
    ]);
    expect(number).not.toBe(left[0]?.id);
  });
}
