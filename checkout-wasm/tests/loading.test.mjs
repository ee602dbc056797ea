// What the page feels of us: nothing on other requests, a short wait until the module is there,
// and one sentence when it never comes.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { CHECKOUT, NATIVE, SENTENCE, World, applied, checkout, launch, until } from './harness.mjs';

let browser;
let world;
before(async () => { browser = await launch(); });
after(() => browser.close());
beforeEach(async () => { world = await World.start(browser); });
afterEach(() => world.stop());

const GIFT = { giftCertificateCode: 'SAVE10' };
const COUPON = { couponCode: 'SAVE10' };

/** Both code requests, as the checkout sends them; only the sentence may come of it. */
async function assertSentence(by = 'xhr') {
  assert.equal((await world.send('POST', 'gift-certificates', GIFT, { by })).status, 400);
  const coupon = await world.send('POST', 'coupons', COUPON, { by });
  assert.equal(coupon.status, 400);
  assert.equal(coupon.type, 'application/json');
  const { title, ...rest } = JSON.parse(coupon.text);
  assert.equal(typeof title, 'string');
  assert.deepEqual(rest, { type: 'about:blank', status: 400, detail: SENTENCE });
  assert.deepEqual(world.sent('store', 'POST', /coupons|gift-certificates/), []);
}

/** The shopper can go on: everything but a typed code passes. */
async function assertOpenShop() {
  world.store = () => ({ status: 201, body: { data: { order: { orderId: 7 } } } });
  const order = await world.send('POST', '/internalapi/v1/checkout/order', { cartId: CHECKOUT });
  assert.equal(order.status, 201);
  assert.equal((await world.send('PUT', 'billing-address/1', { email: 'a@example.com' })).status, 201);
  assert.equal((await world.send('DELETE', `coupons/${NATIVE}`)).status, 201);
}

/** Opens the page; the loader comes when the function that this resolves to is called. */
async function early() {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  world.assets['loader.js'] = async (original) => { await held; return original; };
  await world.open({ loader: false });
  return async () => {
    release();
    await world.page.waitForFunction(() => window.Voucherbridge?.ready);
    await world.page.evaluate(() => window.Voucherbridge.ready);
  };
}

describe('requests that are not for a code', () => {
  for (const by of ['xhr', 'fetch']) {
    test(`pass untouched by ${by}`, async () => {
      world.store = () => ({ status: 207, body: 'plain', headers: { 'content-type': 'text/plain', 'x-store': 'yes' } });
      await world.open();
      const requests = [
        ['GET', '/api/storefront/checkout-settings?checkoutId=1'],
        ['POST', '/graphql', { query: 'x' }],
        ['GET', `/api/storefront/checkouts/${CHECKOUT}?include=customer`],
        ['PUT', `/api/storefront/checkouts/${CHECKOUT}/billing-address/1`, { email: 'a@example.com' }],
        ['POST', `/api/storefront/checkout/${CHECKOUT}/event`, { name: 'coupons' }],
        ['POST', '/internalapi/v1/checkout/order', { cartId: CHECKOUT }],
      ];
      for (const [method, path, body] of requests) {
        const answer = await world.send(method, path, body, { by, headers: { 'x-page': 'yes' } });
        assert.equal(answer.status, 207, path);
        assert.equal(answer.text, 'plain');
        if (by === 'xhr') assert.deepEqual(answer.own, [], 'nothing is put on the request');
        const call = world.calls.store.at(-1);
        assert.equal(call.method, method);
        assert.equal(call.path, path);
        assert.equal(call.headers['x-page'], 'yes');
        assert.equal(call.body, body ? JSON.stringify(body) : '');
      }
      assert.equal(world.calls.store.length, requests.length);
      assert.equal(world.calls.backend.length, 0);
    });
  }

  test('cost one comparison', async () => {
    await world.open();
    const tests = await world.page.evaluate(async () => {
      const original = RegExp.prototype.test;
      let count = 0;
      RegExp.prototype.test = function (...args) { count += 1; return original.apply(this, args); };
      await fetch('/graphql', { method: 'POST', body: '{}' });
      const afterFetch = count;
      await window.sendXhr({ method: 'POST', url: '/graphql', headers: { a: 'b' }, body: '{}' });
      RegExp.prototype.test = original;
      return [afterFetch, count];
    });
    assert.deepEqual(tests, [1, 2]);
  });
});

test('a code typed early is held until the module is ready', async () => {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  world.assets['module.wasm'] = async (original) => { await held; return original; };
  world.store = ({ method }) => ({ body: checkout(method === 'POST' ? [[NATIVE, 10]] : []) });
  await world.open({ ready: false });
  const codes = [world.send('POST', 'coupons', COUPON), world.send('GET', '?include=customer')];
  assert.equal((await codes[1]).status, 200, 'other requests do not wait');
  assert.equal(world.sent('store', 'POST', /./).length, 0);
  release();
  assert.equal((await codes[0]).status, 200);
  assert.equal(JSON.parse(world.sent('store', 'POST', /./)[0].body).couponCode, NATIVE);
});

test('what was seen before the module was ready counts', async () => {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  world.assets['module.wasm'] = async (original) => { await held; return original; };
  world.store = () => ({ body: checkout([[NATIVE, 10], ['FREESHIP', 1]]) });
  await world.open({ ready: false });
  await world.send('GET', '?include=customer');
  release();
  const codes = await world.page.evaluate(() => window.Voucherbridge.ready.then(() => window.Voucherbridge.codes()));
  assert.deepEqual(codes, [{ nativeCode: NATIVE }]);
});

test('after three seconds without the module a code gets the sentence, the next at once', async () => {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  world.assets['module.wasm'] = async (original) => { await held; return original; };
  await world.openFrozen({ ready: false });
  let answered = false;
  const sending = world.send('POST', 'gift-certificates', GIFT).then((answer) => { answered = true; return answer; });
  await world.pass(2900);
  assert.equal(answered, false);
  await world.pass(200);
  assert.equal((await sending).status, 400);
  await assertSentence();
  await world.pass(700);
  await world.page.locator('#voucherbridge-notice', { hasText: SENTENCE }).waitFor();
  assert.equal(await world.page.locator('#voucherbridge-notice').count(), 1);
  await assertOpenShop();
  // It comes after all: from then on codes are taken.
  release();
  await world.page.evaluate(() => window.Voucherbridge.ready);
  world.store = () => ({ body: checkout([[NATIVE, 10]]) });
  assert.equal((await world.send('POST', 'coupons', COUPON)).status, 200);
});

describe('without a module', () => {
  const flipped = ({ body }) => { const copy = Buffer.from(body); copy[copy.length - 1] ^= 1; return { body: copy }; };
  const cases = {
    'the wasm file is missing': () => { world.assets['module.wasm'] = () => ({ status: 404, body: '' }); },
    'the wasm file is changed': () => { world.assets['module.wasm'] = flipped; },
    'the glue is missing': () => { world.assets['glue.js'] = () => ({ status: 404, body: '' }); },
    'the glue is changed': () => { world.assets['glue.js'] = ({ body }) => ({ body: `${body};` }); },
    'the connection is lost': () => { world.assets['module.wasm'] = () => null; },
    'a policy forbids wasm': () => {
      world.html.headers['content-security-policy'] = `script-src 'self' 'unsafe-inline' ${world.back.url}; style-src 'self'`;
    },
    'a policy forbids the backend': () => {
      world.html.headers['content-security-policy'] = `connect-src 'self'`;
    },
  };
  for (const [name, arrange] of Object.entries(cases)) {
    test(`${name}: the sentence at once, and the shop works`, async () => {
      arrange();
      await world.openFrozen({ ready: false });
      assert.equal(await world.page.evaluate(() => window.Voucherbridge.ready), false);
      await assertSentence('xhr');
      await assertSentence('fetch');
      await world.pass(700);
      await world.page.locator('#voucherbridge-notice', { hasText: SENTENCE }).waitFor();
      await assertOpenShop();
    });
  }
});

describe('the store patches requests too', () => {
  const patch = `<script>
    const { send } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.send = function (...args) { this.setRequestHeader('X-SF-CSRF-TOKEN', 'sf'); return send.apply(this, args); };
    const before = window.fetch;
    window.fetch = (input, init = {}) => before(input, { ...init, headers: { ...init.headers, 'X-SF-CSRF-TOKEN': 'sf' } });
  </script>`;
  for (const place of ['before', 'after']) {
    for (const by of ['xhr', 'fetch']) {
      test(`${place} us: its header is on what reaches the store by ${by}`, async () => {
        world.html[place] = patch;
        world.html.method = ''; // so that the order is certain
        world.store = () => ({ body: checkout([[NATIVE, 10]]) });
        world.backend = () => ({ body: applied() });
        await world.open();
        assert.equal((await world.send('POST', 'gift-certificates', GIFT, { by })).status, 400);
        assert.equal((await world.send('POST', 'coupons', COUPON, { by })).status, 200);
        assert.equal((await world.send('PUT', 'billing-address/1', {}, { by })).status, 200);
        assert.equal((await world.send('GET', '/other', undefined, { by })).status, 200);
        await until(() => world.sent('store', 'GET', /other/).length === 1);
        for (const call of world.calls.store) {
          assert.match(call.headers['x-sf-csrf-token'] ?? '', /^sf/, `${call.method} ${call.path}`);
        }
        assert.equal(world.sent('store', 'POST', /gift/).length, 0);
      });
    }
  }
});

test('the loader installs itself once', async () => {
  world.html.after = `<script src="${world.back.url}/assets/x/loader.js?store=other"></script>`;
  world.html.method = '';
  world.store = () => ({ body: checkout([[NATIVE, 10]]) });
  await world.open();
  assert.equal((await world.send('POST', 'coupons', COUPON)).status, 200);
  assert.equal(world.calls.backend.every(({ path }) => path.startsWith('/demo1store/')), true);
  assert.equal(world.sent('backend', 'POST', /codes$/).length, 1);
});

describe('a loader that comes late', () => {
  test('a page waits for nothing of ours: a code is the store\'s own until the loader is there', async () => {
    world.store = ({ method }) => (method === 'POST' ? { status: 404, body: { status: 404, detail: 'the store says no' } } : { body: checkout() });
    const come = await early();
    assert.equal(JSON.parse((await world.send('POST', 'gift-certificates', GIFT)).text).detail, 'the store says no');
    assert.equal(JSON.parse((await world.send('POST', 'coupons', COUPON)).text).detail, 'the store says no');
    assert.equal(world.calls.backend.length, 0);
    const ready = world.page.evaluate(() => new Promise((resolve) => { document.addEventListener('voucherbridge:ready', () => resolve(typeof window.Voucherbridge.apply)); }));
    await come();
    assert.equal(await ready, 'function');
    world.store = () => ({ body: checkout([[NATIVE, 10]]) });
    assert.equal((await world.send('POST', 'coupons', COUPON)).status, 200, 'from then on codes are ours');
    assert.equal(JSON.parse(world.calls.store.at(-1).body).couponCode, NATIVE);
  });

  test('a request object of before the loader is held when it is used after', async () => {
    const come = await early();
    await world.page.evaluate(() => { window.old = new XMLHttpRequest(); });
    await come();
    world.backend = () => ({ body: { outcome: 'rejected', reason: 'expired', message: 'It is over.' } });
    const detail = await world.page.evaluate((url) => new Promise((resolve) => {
      window.old.open('POST', url);
      window.old.onload = () => resolve(JSON.parse(window.old.responseText).detail);
      window.old.send('{"couponCode":"SAVE10"}');
    }), `/api/storefront/checkouts/${CHECKOUT}/coupons`);
    assert.equal(detail, 'It is over.');
    assert.equal(world.sent('store', 'POST', /./).length, 0);
  });

  test('a request opened before the loader goes its own way', async () => {
    world.store = () => ({ status: 404, body: {} });
    const come = await early();
    await world.page.evaluate((url) => {
      window.old = new XMLHttpRequest();
      window.old.open('POST', url);
    }, `/api/storefront/checkouts/${CHECKOUT}/coupons`);
    await come();
    const status = await world.page.evaluate(() => new Promise((resolve) => {
      window.old.onload = () => resolve(window.old.status);
      window.old.send('{"couponCode":"SAVE10"}');
    }));
    assert.equal(status, 404);
    assert.equal(world.calls.backend.length, 0);
  });
});

describe('a loader that comes after the checkout was read', () => {
  test('the first change shows what is on a checkout that was read before', async () => {
    world.store = () => ({ body: checkout([[NATIVE, 10]]) });
    const come = await early();
    await world.send('GET', '?include=customer');
    await come();
    world.backend = () => ({ body: { changed: false, codes: [], dropped: [] } });
    await world.send('PUT', 'billing-address/1', { email: 'a@example.com' });
    assert.equal(world.sent('backend', 'POST', /refresh$/).length, 1);
  });

  test('a checkout without a code of ours costs nothing', async () => {
    const come = await early();
    await world.send('GET', '?include=customer');
    await come();
    await world.send('PUT', 'billing-address/1', { email: 'a@example.com' });
    assert.equal(world.calls.backend.length, 0);
    assert.equal(world.calls.store.length, 2);
  });
});

/** A code on the checkout, and the next page of the tab with a late loader. */
async function nextPage() {
  world.store = () => ({ body: checkout([[NATIVE, 10]]) });
  await world.open();
  assert.equal((await world.send('POST', 'coupons', COUPON)).status, 200);
  world.calls = { store: [], backend: [] };
  return early();
}

const notice = () => world.page.locator('#voucherbridge-notice [role=status]');
const kept = { code: 'SAVE10', native_code: NATIVE, kind: 'coupon', amount: 1000, currency: 'USD' };
const refreshed = (overrides) => ({ body: { changed: false, codes: [kept], dropped: [], ...overrides } });
const refreshes = () => world.sent('backend', 'POST', /refresh$/);

describe('a loader that comes late to the next page of the tab', () => {
  for (const underWay of [false, true]) {
    test(`another amount than the page has read is told (read ${underWay ? 'under way' : 'done'})`, async () => {
      const come = await nextPage();
      let current = 10;
      let answer = () => {};
      world.store = async () => {
        if (underWay && world.calls.store.length === 1) await new Promise((resolve) => { answer = resolve; });
        return { body: checkout([[NATIVE, current]]) };
      };
      world.backend = () => { current = 20; return refreshed({ changed: true, codes: [{ ...kept, amount: 2000 }] }); };
      const reading = world.send('GET', '?include=customer');
      if (!underWay) await reading;
      await until(() => world.calls.store.length === 1, 'the read');
      await come();
      if (underWay) {
        assert.equal(refreshes().length, 0);
        answer();
      }
      await notice().getByText('The amounts of your codes have changed. Reload the page to see the new total.').waitFor();
      assert.equal(refreshes().length, 1);
      assert.deepEqual(await world.page.evaluate(() => window.Voucherbridge.codes().map(({ amount }) => amount)), [2000]);
    });
  }

  test('a code that left is told, with what the page shows being old', async () => {
    const come = await nextPage();
    let coupons = [[NATIVE, 10]];
    world.store = () => ({ body: checkout(coupons) });
    const left = { code: 'SAVE10', native_code: NATIVE, reason: 'expired', message: 'It is over.' };
    world.backend = () => { coupons = []; return refreshed({ changed: true, codes: [], dropped: [left] }); };
    await world.send('GET', '?include=customer');
    await come();
    await notice().getByText('It is over. The amounts of your codes have changed.').waitFor();
    assert.deepEqual((await world.events()).map(({ name, reason }) => [name, reason]), [['removed', 'expired']]);
  });

  test('what is as the page has read it is not spoken of', async () => {
    const come = await nextPage();
    world.backend = () => refreshed();
    await world.send('GET', '?include=customer');
    await come();
    await until(() => refreshes().length === 1, 'the refresh');
    await world.page.clock.install();
    await world.pass(700);
    assert.equal(await notice().count(), 0);
    assert.deepEqual(await world.events(), []);
  });

  test('a code taken off before is let go', async () => {
    const come = await nextPage();
    world.store = () => ({ body: checkout() });
    world.backend = ({ method }) => (method === 'DELETE' ? { body: { removed: true } } : refreshed({ codes: [] }));
    await world.send('DELETE', `coupons/${NATIVE}`);
    await come();
    await until(() => world.sent('backend', 'DELETE', new RegExp(NATIVE)).length === 1, 'the removal');
    assert.deepEqual((await world.events()).map(({ name, nativeCode }) => [name, nativeCode]), [['removed', NATIVE]]);
  });
});
