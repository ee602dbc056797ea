// The opening of the files about several codes and about shipping: for each test a page, a store that
// counts at cart actions only, and a backend that holds codes. A file of tests runs in a process of its
// own, so they are simply here.
import { after, afterEach, before, beforeEach } from 'node:test';
import { World, launch } from './harness.mjs';
import { Holder } from './holder.mjs';
import { Shop } from './shop.mjs';

let browser;
export let world;
export let shop;
export let holder;

before(async () => { browser = await launch(); });
after(() => browser.close());
beforeEach(async () => {
  world = await World.start(browser);
  shop = new Shop();
  shop.countsAtReads = false;
  world.store = shop.answer;
  holder = new Holder(world, shop);
});
afterEach(() => world.stop());

/** Every call so far, in order: `POST codes`. */
export const steps = () => [...world.calls.store, ...world.calls.backend]
  .sort((a, b) => a.at - b.at)
  .map(({ method, path }) => `${method} ${path.split('?')[0].split('/').at(-1)}`);
