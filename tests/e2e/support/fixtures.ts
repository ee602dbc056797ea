/**
 * The fixtures of the browser tests. A spec begins with
 *
 *     import { expect, test } from '../support/fixtures';
 *
 *     test('a guest gets 10 % off', async ({ shop, store }) => {
 *       await store.connect();                        // backend up, store connected, script installed
 *       await shop.checkoutWith(['iPhone 8']);        // guest, address, shipping: at the payment
 *       await shop.applyCode('SAVE10');
 *       await expect(shop.couponAmount()).toHaveText('-$79.90');
 *       const order = await shop.placeOrder('cod');
 *       await store.until(async () => (await store.voucherify.voucher('SAVE10')).redemption.redeemed_quantity === 1);
 *     });
 *
 * What there is:
 * - `store`: the stand-ins' control APIs and the backend.
 *     `store.bigcommerce`   control API of the shop: calls, faults, switches, orders, webhooks …
 *     `store.voucherify`    control API of the voucher service
 *     `store.backend`       stop(), kill(), start(), with environment or kill points
 *     `store.connect()`     once a worker does it for real, through the command line; repeated it
 *                           only starts the backend again if a test had stopped it
 *     `store.connectWith()` connected with other settings, `store.connectAllowing()` with several
 *                           coupons at a checkout; the next `connect` undoes both
 *     `store.disconnect()`  a store without us: no script, no webhooks
 *     `store.until(check)`  asks until true, with a deadline: tests never sleep
 * - `shop`: a shopper's browser. `newShopper()` gives another one with cookies of its own, for
 *   stories of two people.
 * - `cards`: the gift cards of `shop`: what the page shows of them, and what the platforms hold.
 *
 * Stand-ins and backend live as long as a worker, on free ports, with an SQLite file of their own.
 * Before each test the stand-ins are reset to the demo data (codes, carts, orders, faults, switches,
 * clock, calls). Scripts, webhooks and the backend's database stay, as connecting takes longest:
 * checkouts have new ids in each test, so nothing of one is seen by the next.
 */
import { test as base } from '@playwright/test';
import { Cards } from './cards';
import { Shop } from './shop';
import { Store } from './store';

interface PerTest {
  store: Store;
  shop: Shop;
  cards: Cards;
  newShopper: () => Promise<Shop>;
}

interface PerWorker {
  workerStore: Store;
}

export const test = base.extend<PerTest, PerWorker>({
  workerStore: [
    async ({}, use, worker) => {
      const store = await Store.start(worker.parallelIndex);
      await use(store);
      await store.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  store: async ({ workerStore }, use, info) => {
    await workerStore.reset();
    await use(workerStore);
    if (info.status !== info.expectedStatus) await workerStore.attachLogs(info);
  },

  // A relative address is one of the shop.
  baseURL: async ({ store }, use) => {
    await use(store.shopUrl);
  },

  shop: async ({ page, store }, use) => {
    await use(new Shop(page, store.shopUrl));
  },

  cards: async ({ shop, store }, use) => {
    await use(new Cards(shop, store));
  },

  newShopper: async ({ browser, store }, use) => {
    const contexts: Awaited<ReturnType<typeof browser.newContext>>[] = [];
    await use(async () => {
      const context = await browser.newContext({ baseURL: store.shopUrl });
      contexts.push(context);
      return new Shop(await context.newPage(), store.shopUrl);
    });
    for (const context of contexts) await context.close();
  },
});

export { expect } from '@playwright/test';
