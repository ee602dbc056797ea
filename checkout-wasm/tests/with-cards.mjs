// The opening of the files about gift cards: for each test a page, a store that counts, and a backend
// that holds cards. A file of tests runs in a process of its own, so they are simply here.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import { NATIVE, World, appliedCode, launch } from './harness.mjs';
import { Shop } from './shop.mjs';

export const CARD = 'CARD1-000000';

let browser;
export let world;
export let shop;
export let bridge;

/** A backend that holds what a test says; a refresh has the certificate follow what is to be paid. */
class Bridge {
  cards = [];
  coupon = null;
  removed = [];
  onRefresh = () => {};
  dropped = [];

  codes() {
    const cards = this.cards.map(([code, amount]) => ({ code, native_code: CARD, kind: 'gift_certificate', amount: Math.round(amount * 100), currency: 'USD' }));
    return [...(this.coupon ? [appliedCode({ amount: this.coupon * 100 })] : []), ...cards];
  }

  tell() {
    shop.balances[CARD] = this.cards.reduce((sum, [, amount]) => sum + amount, 0);
    if (this.coupon) shop.coupons.set(NATIVE, this.coupon);
  }

  applied(natives, rejected = []) {
    this.tell();
    return { body: { outcome: 'applied', native_codes: natives, codes: this.codes(), dropped: [], rejected } };
  }

  refreshed() {
    const before = JSON.stringify(this.codes());
    if (this.cards.length === 1) this.cards[0][1] = Math.min(this.cards[0][2] ?? 1000, shop.payable);
    this.onRefresh();
    this.tell();
    const dropped = this.dropped.splice(0);
    return { body: { changed: JSON.stringify(this.codes()) !== before || dropped.length > 0, codes: this.codes(), dropped } };
  }

  /** Answers an entry with `applied`; refreshes and removals by what is held. */
  taking(applied) {
    world.backend = ({ method, path }) => {
      if (path.endsWith('/codes')) return applied();
      if (path.endsWith('/refresh')) return this.refreshed();
      if (method === 'DELETE') this.removed.push(path.split('/').at(-1));
      return { body: { removed: true } };
    };
  }
}

before(async () => { browser = await launch(); });
after(() => browser.close());
beforeEach(async () => {
  world = await World.start(browser);
  shop = new Shop();
  bridge = new Bridge();
  world.store = shop.answer;
});
afterEach(async () => {
  const sent = world.sent('store', 'POST', /coupons|gift-certificates/).map(({ body }) => Object.values(JSON.parse(body))[0]);
  for (const typed of sent) assert.ok([CARD, NATIVE].includes(typed), `only native codes reach the store, not ${typed}`);
  assert.deepEqual(world.sent('store', 'POST', /gift-certificates/).filter(({ body }) => !body.includes(CARD)), []);
  await world.stop();
});

export const gift = (code = 'CARD1', options = {}) => world.send('POST', 'gift-certificates?include=gifts', { giftCertificateCode: code }, options);
export const coupon = (code = 'CARD1', options = {}) => world.send('POST', 'coupons?include=coupons', { couponCode: code }, options);
export const put = () => world.send('PUT', 'consignments/1?include=x', { shippingOptionId: '2' });
export const seen = (answer) => {
  const { coupons, giftCertificates, outstandingBalance } = JSON.parse(answer.text);
  return [coupons.map((one) => one.discountedAmount), giftCertificates.map(({ used }) => used), outstandingBalance];
};
export const order = () => [...world.calls.store.map((call) => ({ ...call, to: 'store' })), ...world.calls.backend.map((call) => ({ ...call, to: 'backend' }))]
  .sort((a, b) => a.at - b.at)
  .map(({ method, path }) => `${method} ${path.split('?')[0].split('/').slice(-1)[0]}`);
export const notice = () => world.page.locator('#voucherbridge-notice [role=status]');
export const told = async (name) => (await world.events()).filter((event) => event.name === name);
export const refreshes = () => world.sent('backend', 'POST', /refresh$/).length;

/** Opens the page and puts cards on the checkout, and perhaps a coupon. */
export async function withCards(cards = [['CARD1', 100]], discount = null) {
  bridge.cards = cards;
  bridge.coupon = discount;
  bridge.taking(() => bridge.applied(discount ? [NATIVE, CARD] : [CARD]));
  await world.open();
  assert.equal((await coupon('all')).status, 200);
  world.calls = { store: [], backend: [] };
  await world.page.evaluate(() => { window.seenEvents.length = 0; });
}
