import { randomUUID } from 'node:crypto';
import { expect, test } from '../support/fixtures';
import type { Fault } from '../support/control';
import { rows } from '../support/forms';
import type { Trouble } from '../support/line';
import type { Shop } from '../support/shop';
import type { Store } from '../support/store';

// Whatever is broken: one clear sentence, an order at the full price, and nothing locked for long.

const OURS = 'Codes cannot be checked right now. You can still place your order.';
/** Without any script of ours, or before it is there, the store itself refuses a code. */
const STORES = /^Coupon code `.+` is invalid$/;
/** The lock of a code, the time its session outlives it, and a minute more. */
const TIME_TO_LIVE = (120 + 30 + 1) * 60;

interface Outage {
  what: string;
  /** Breaks something: before the checkout page is loaded, or when the code is about to be typed. */
  when: 'before' | 'at the code';
  breaks: (store: Store) => Promise<void> | void;
  says?: string | RegExp;
  /** Whose calls it spoils; then one must have been made. */
  of?: 'voucherify' | 'bigcommerce';
  /** Only in the long form: another row has the same kind of fault at the same side. */
  long?: boolean;
}

const line =
  (...troubles: Trouble[]) =>
  (store: Store) =>
    store.backend.line.disturb(...troubles);
const API = /\/checkouts\//;
const html = {
  kind: 'answer',
  status: 200,
  type: 'text/html',
  body: '<h1>It works!</h1>',
} as const;
const json = {
  kind: 'answer',
  status: 200,
  type: 'application/json',
  body: '{"ok":true}',
} as const;

const BACKEND: Omit<Outage, 'when'>[] = [
  { what: 'the backend is stopped', breaks: (store) => store.backend.stop() },
  {
    what: 'the backend takes 10 s',
    long: true,
    breaks: line({ path: API, does: { kind: 'slow', ms: 10_000 } }),
  },
  { what: 'the backend never answers', breaks: line({ path: API, does: { kind: 'silent' } }) },
  { what: 'the backend answers a web page', breaks: line({ path: API, does: html }) },
  { what: 'the backend answers other JSON', breaks: line({ path: API, does: json }) },
  {
    what: 'the backend answers half an answer',
    breaks: line({ path: API, does: { ...json, body: '{"outcome":"applied","native_codes":' } }),
  },
  {
    what: 'the backend answers 500',
    breaks: line({ path: API, does: { ...json, status: 500, body: '' } }),
  },
];

const WASM = /module\.wasm$/;
const notFound = { kind: 'answer', status: 404, type: 'text/plain', body: 'not here' } as const;
const policy = (scripts: string) => (store: Store) =>
  store.bigcommerce.switches({
    content_security_policy: `script-src 'self' 'unsafe-inline' ${scripts.replace('BACKEND', store.backend.url)}`,
  });

const PAGE: Omit<Outage, 'when'>[] = [
  { what: 'the wasm file is missing', breaks: line({ path: WASM, does: notFound }) },
  {
    what: 'the wasm file is changed',
    long: true,
    breaks: line({ path: WASM, does: { kind: 'changed' } }),
  },
  { what: 'the wasm file never comes', breaks: line({ path: WASM, does: { kind: 'silent' } }) },
  {
    what: 'the glue is missing',
    long: true,
    breaks: line({ path: /glue\.js$/, does: notFound }),
  },
  { what: 'the glue is changed', breaks: line({ path: /glue\.js$/, does: { kind: 'changed' } }) },
  { what: 'a content security policy forbids wasm', breaks: policy('BACKEND') },
  {
    what: 'a content security policy forbids the backend',
    breaks: policy("'wasm-unsafe-eval'"),
    says: STORES,
  },
  {
    what: 'the loader is changed',
    breaks: line({ path: /loader\.js/, does: { kind: 'changed' } }),
    says: STORES,
  },
  {
    what: 'the backend was stopped before the page',
    breaks: (store: Store) => store.backend.stop(),
    says: STORES,
  },
  {
    what: 'the backend accepts connections and never answers',
    breaks: line({ does: { kind: 'silent' } }),
    says: STORES,
  },
  {
    what: 'everything of the backend takes 10 s',
    long: true,
    breaks: line({ does: { kind: 'slow', ms: 10_000 } }),
    says: STORES,
  },
  {
    what: 'everything but the loader takes 10 s',
    breaks: line({ path: /^(?!.*loader\.js)/, does: { kind: 'slow', ms: 10_000 } }),
  },
];

/** `short` is where BigCommerce has the fault in the short form; Voucherify has each in both. */
const FAULTS: { how: string; short: 'everywhere' | 'promotion'; action: Fault['action'] }[] = [
  { how: 'answers 401', short: 'everywhere', action: { kind: 'status', status: 401, body: {} } },
  {
    how: 'answers 429',
    short: 'promotion',
    action: { kind: 'status', status: 429, headers: { 'retry-after': '1' }, body: {} },
  },
  {
    how: 'answers 500',
    short: 'promotion',
    action: { kind: 'status', status: 500, body: 'Internal error' },
  },
  { how: 'does not answer', short: 'everywhere', action: { kind: 'drop' } },
  { how: 'works and does not answer', short: 'promotion', action: { kind: 'drop_after' } },
  { how: 'answers a web page', short: 'everywhere', action: { kind: 'rubbish' } },
  { how: 'takes 10 s', short: 'promotion', action: { kind: 'delay', ms: 10_000 } },
];

const PLATFORMS: Omit<Outage, 'when'>[] = FAULTS.flatMap(({ how, short, action }) => [
  {
    what: `Voucherify ${how}`,
    of: 'voucherify' as const,
    breaks: (store: Store) => store.voucherify.fault({ path: '^/v1/', action }),
  },
  {
    what: `BigCommerce ${how}`,
    of: 'bigcommerce' as const,
    long: short !== 'everywhere',
    breaks: (store: Store) =>
      store.bigcommerce.fault({ area: 'management', path: '^/stores/', action }),
  },
  {
    what: `BigCommerce ${how} when a promotion is made`,
    of: 'bigcommerce' as const,
    long: short !== 'promotion',
    breaks: (store: Store) =>
      store.bigcommerce.fault({ method: 'POST', path: '/v3/promotions', action }),
  },
]);

const OUTAGES: Outage[] = [
  ...[...BACKEND, ...PLATFORMS].map((outage) => ({ ...outage, when: 'at the code' as const })),
  ...PAGE.map((outage) => ({ ...outage, when: 'before' as const })),
];

for (const { what, when, breaks, says = OURS, of } of rows(OUTAGES)) {
  test(what, async ({ shop, store }) => {
    await store.connect();
    const code = await singleUse(store);
    await shop.ownTime();
    if (when === 'before') await breaks(store);
    await shop.checkoutWith(['Headphones']);
    if (says !== STORES) await shop.loaderIsThere();
    if (when === 'at the code') await breaks(store);

    await shop.applyCode(code);
    await shop.readsOnly(says);
    if (of) expect(await store[of].hits()).toBeGreaterThan(0);
    await ordersAtFullPrice(shop, store);
    await nothingStaysLocked(store, code);
  });
}

/** A code of the test's own: what is still under way of an earlier one does not hold it. */
async function singleUse(store: Store): Promise<string> {
  const code = `ONCE-${randomUUID()}`;
  const discount = { type: 'PERCENT', percent_off: 15, effect: 'APPLY_TO_ORDER' };
  const redemption = { quantity: 1 };
  await store.voucherify.putVoucher({ code, type: 'DISCOUNT_VOUCHER', discount, redemption });
  return code;
}

async function ordersAtFullPrice(shop: Shop, store: Store): Promise<void> {
  expect(await shop.couponCodes()).toEqual([]);
  await expect(shop.total('grand-total')).toHaveText('$134.00');
  const number = await shop.placeOrder('cod');
  await expect(shop.page.getByTestId('order-coupon')).toHaveCount(0);
  const { orders } = await store.bigcommerce.state();
  expect(orders.find(({ id }) => id === number)).toMatchObject({ status_id: 11, coupons: [] });
}

/** Nobody tidies up, and yet: when the time is over, both platforms are free of it. */
async function nothingStaysLocked(store: Store, code: string): Promise<void> {
  await store.bigcommerce.advance(TIME_TO_LIVE);
  await store.voucherify.advance(TIME_TO_LIVE);
  expect((await store.voucherify.voucher(code)).held_quantity).toBe(0);
  const { now } = await store.bigcommerce.get<{ now: string }>('/control/clock');
  for (const { end_date } of await store.bigcommerce.ourPromotions()) {
    expect(Date.parse(end_date ?? '9999-12-31')).toBeLessThan(Date.parse(now));
  }
  expect(await store.voucherify.redemptions(code)).toEqual([]);
}
