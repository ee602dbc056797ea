import { randomUUID } from 'node:crypto';
import type { Cards } from '../support/cards';
import { expect, test } from '../support/fixtures';
import { rows } from '../support/forms';
import { picture } from '../support/picture';
import type { Store } from '../support/store';

// Whatever is broken while a gift card is typed: one sentence, an order at the full price, and
// nothing locked for longer than its time.

const OURS = 'Codes cannot be checked right now. You can still place your order.';
/** The lock of a code, the time its session outlives it, and a minute more. */
const TIME_TO_LIVE = (120 + 30 + 1) * 60;

interface Outage {
  what: string;
  breaks: (store: Store) => Promise<void> | void;
  /** Only in the long form: here another row, or the same fault with a coupon's code, is like it. */
  long?: boolean;
}

const web = { kind: 'answer', status: 200, type: 'text/html', body: '<h1>It works!</h1>' } as const;
const management = (status: number, method?: string, path = '^/stores/') => ({
  breaks: (store: Store) =>
    store.bigcommerce.fault({
      area: 'management',
      path,
      method,
      action: { kind: 'status', status, body: {} },
    }),
});
const storefront = (status: number) => ({
  breaks: (store: Store) =>
    store.bigcommerce.fault({
      area: 'storefront',
      method: 'POST',
      path: '/gift-certificates',
      action: { kind: 'status', status, body: { status, title: 'No' } },
    }),
});

const OUTAGES: Outage[] = [
  { what: 'the backend is stopped', breaks: (store) => store.backend.stop() },
  {
    what: 'the backend answers rubbish',
    long: true,
    breaks: (store) => store.backend.line.disturb({ path: /\/checkouts\//, does: web }),
  },
  {
    what: 'Voucherify answers 500',
    breaks: (store) =>
      store.voucherify.fault({ path: '^/v1/', action: { kind: 'status', status: 500, body: {} } }),
  },
  { what: 'BigCommerce answers 500', long: true, ...management(500) },
  {
    what: 'BigCommerce answers 500 when a certificate is made',
    ...management(500, 'POST', '/v2/gift_certificates'),
  },
  { what: 'the storefront takes no more certificates (429)', ...storefront(429) },
  { what: 'the storefront answers 500 to certificates', long: true, ...storefront(500) },
];

for (const { what, breaks } of rows(OUTAGES)) {
  test(`a gift card while ${what}`, async ({ shop, store, cards }) => {
    await store.connect();
    const code = await oneCard(store);
    await shop.ownTime();
    await shop.checkoutWith(['Headphones']);
    await shop.loaderIsThere();
    await breaks(store);

    await shop.applyCode(code);
    await shop.readsOnly(OURS);
    await picture(shop.page, 'one sentence');
    await expect(cards.rows).toHaveCount(0);
    await expect(shop.total('grand-total')).toHaveText('$134.00');
    const number = await shop.placeOrder('cod');
    await expect(shop.page.getByTestId('order-certificate')).toHaveCount(0);
    const { orders } = await store.bigcommerce.state();
    expect(orders.find(({ id }) => id === number)).toMatchObject({ status_id: 11 });
    await nothingStaysLocked(store, cards, code);
  });
}

test('an outage after the card was applied: the page works on, and the order spends what it used', async ({
  shop,
  store,
  cards,
}) => {
  await store.connect();
  await shop.ownTime();
  await shop.checkoutWith(['T-shirt']);
  await shop.applyCode('GIFT50');
  const native = await cards.nativeCode('GIFT50');
  await cards.pays(native, { GIFT50: 3000 });
  await store.backend.stop();
  await shop.changeShipping('shipping_flatrate');
  // The certificate did not follow: the shopper pays the difference.
  await expect(shop.total('grand-total')).toHaveText('$35.00');
  await expect(shop.total('outstanding')).toHaveText('$5.00');
  await picture(shop.page, 'the page works on');
  const number = await shop.placeOrder('cod');

  await store.backend.start();
  await store.bigcommerce.deliverWebhooks();
  await cards.redeemedOnce(number, native, { GIFT50: 3000 });
  await cards.free({ GIFT50: 2000 });
});

/** A card of the test's own: what is still under way of an earlier test does not hold it. */
async function oneCard(store: Store): Promise<string> {
  const code = `CARD-${randomUUID()}`;
  await store.voucherify.putVoucher({ code, type: 'GIFT_VOUCHER', gift: { amount: 5000 } });
  return code;
}

/** Nobody tidies up, and yet: when the time is over, both platforms are free of it. */
async function nothingStaysLocked(store: Store, cards: Cards, code: string): Promise<void> {
  await store.bigcommerce.advance(TIME_TO_LIVE);
  await store.voucherify.advance(TIME_TO_LIVE);
  expect(await cards.on(code)).toEqual({ balance: 5000, held: 0 });
  const { now } = await store.bigcommerce.get<{ now: string }>('/control/clock');
  const { certificates } = await store.bigcommerce.state();
  for (const { balance, status, expiry_date } of certificates) {
    const isDead = balance === 0 || status !== 'active';
    expect(isDead || Date.parse(expiry_date ?? '9999-12-31') < Date.parse(now)).toBe(true);
  }
  expect(await store.voucherify.redemptions(code)).toEqual([]);
}
