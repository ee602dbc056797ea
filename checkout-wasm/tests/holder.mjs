// A backend that holds codes for a test, and a store that counts them from its next evaluation on.
import assert from 'node:assert/strict';
import { appliedCode } from './harness.mjs';

export class Holder {
  /** `[code, native code, amount, more]` of each code. */
  held = [];

  constructor(world, shop) {
    Object.assign(this, { world, shop });
  }

  codes() {
    return this.held.map(([code, native, amount, more]) => appliedCode({ code, native_code: native, amount: amount * 100, ...more }));
  }

  refreshed(overrides = {}) {
    return { body: { changed: false, codes: this.codes(), dropped: [], ...overrides } };
  }

  /** From now on these are held; the store has the promotions for them. */
  hold(...now) {
    this.held = now;
    const { coupons } = this.shop;
    coupons.clear();
    for (const [, native, amount, more = {}] of now) {
      const before = coupons.get(native) ?? { amount: 0, items: 0, ships: false };
      coupons.set(native, {
        amount: before.amount + amount,
        items: before.items + (more.free_items ?? 0),
        ships: before.ships || Boolean(more.free_shipping),
      });
    }
  }

  /** Answers an entry with native codes; then these codes are held. A removal drops its codes. */
  taking(natives, now, overrides = {}) {
    this.world.backend = ({ method, path }) => {
      if (path.endsWith('/codes')) {
        this.hold(...now);
        return { body: { outcome: 'applied', native_codes: natives, codes: this.codes(), dropped: [], ...overrides } };
      }
      if (method === 'DELETE') this.hold(...this.held.filter(([, native]) => native !== path.split('/').at(-1)));
      return method === 'DELETE' ? { body: { removed: true } } : this.refreshed();
    };
  }

  /** Holds these when a native code is removed, and says so when it is asked. */
  holdingOnRemoval(...now) {
    const before = this.world.backend;
    this.world.backend = (call) => {
      const answer = before(call);
      if (call.method === 'DELETE') this.hold(...now);
      return call.path.endsWith('/refresh') ? this.refreshed({ changed: true }) : answer;
    };
  }

  /** Puts codes on the checkout of the open page. */
  async apply(...now) {
    this.taking([...new Set(now.map(([, native]) => native))], now);
    assert.equal((await this.world.send('POST', 'coupons?include=x', { couponCode: 'all' })).status, 200);
    await this.forget();
  }

  /** Opens the page with codes on the checkout. */
  async having(...now) {
    await this.world.open();
    await this.apply(...now);
  }

  async forget() {
    this.world.calls = { store: [], backend: [] };
    await this.world.page.evaluate(() => { window.seenEvents.length = 0; });
  }
}
