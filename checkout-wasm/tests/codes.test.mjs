// A typed code in the page: applied, refused, and everything between it and the store.
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
const rejected = { outcome: 'rejected', reason: 'expired', message: 'This code has expired.' };

/** A store that knows one native code. */
function knowing(native, amount) {
  return (call) => {
    const typed = call.method === 'POST' && /coupons/.test(call.path) && JSON.parse(call.body).couponCode;
    if (typed && typed !== native) return { status: 400, body: { title: 'Incorrect or mismatch', type: 'about:blank', status: 400, detail: 'unknown' } };
    return { body: checkout([[native, amount]]) };
  };
}

const notice = () => world.page.locator('#voucherbridge-notice [role=status]');

for (const by of ['xhr', 'fetch']) {
  describe(`a code typed into a checkout that sends by ${by}`, () => {
    test('is asked for once and applied as its native code', async () => {
      world.store = knowing(NATIVE, 10);
      await world.open();
      const gift = await world.send('POST', 'gift-certificates?include=customer', GIFT, { by });
      assert.equal(gift.status, 400);
      assert.equal(gift.type, 'application/json');
      assert.deepEqual(JSON.parse(gift.text), {
        title: 'Incorrect or mismatch',
        type: 'about:blank',
        status: 400,
        detail: 'Gift Certificate code `SAVE10` is invalid',
      });
      const coupon = await world.send('POST', 'coupons?include=customer', { ...COUPON, version: 3 }, { by, headers: { 'x-page': 'yes' } });
      assert.equal(coupon.status, 200);
      assert.equal(JSON.parse(coupon.text).coupons[0].code, NATIVE);
      const asked = world.sent('backend', 'POST', /codes$/);
      assert.equal(asked.length, 1);
      assert.equal(asked[0].path, `/demo1store/checkouts/${CHECKOUT}/codes`);
      assert.deepEqual(JSON.parse(asked[0].body), { code: 'SAVE10', locale: 'en' });
      assert.equal(world.calls.store.length, 1, 'the gift-certificate request never reached the store');
      assert.deepEqual(JSON.parse(world.calls.store[0].body), { couponCode: NATIVE, version: 3 });
      assert.equal(world.calls.store[0].headers['x-page'], 'yes');
      assert.match(world.calls.store[0].path, /include=customer/);
      const [event] = await world.events();
      assert.deepEqual(event, { name: 'applied', checkoutId: CHECKOUT, code: 'SAVE10', nativeCode: NATIVE, amount: 1000, currency: 'USD' });
    });

    test('reaches the backend as it was typed, whatever it holds', async () => {
      const typed = " DON\u2019T\u200b10 \n<b>\"\\%2e\ud83c\udf89\u202e,\u00a0e\u0301 ";
      world.backend = () => ({ body: rejected });
      await world.open();
      await world.send('POST', 'gift-certificates', { giftCertificateCode: typed }, { by });
      await world.send('POST', 'coupons', { couponCode: typed }, { by });
      const applied = await world.page.evaluate((text) => window.Voucherbridge.apply(text).catch(() => 0), typed);
      assert.ok(!applied.ok);
      const asked = world.sent('backend', 'POST', /codes$/).map(({ body }) => JSON.parse(body).code);
      assert.ok(asked.length > 0 && asked.every((code) => code === typed), JSON.stringify(asked));
    });
  });

  describe(`a code that is not taken, typed into a checkout that sends by ${by}`, () => {
    test('is refused in the shape of BigCommerce with our sentence', async () => {
      world.backend = () => ({ body: rejected });
      await world.open();
      await world.send('POST', 'gift-certificates', GIFT, { by });
      const coupon = await world.send('POST', 'coupons', COUPON, { by });
      assert.equal(coupon.status, 400);
      assert.deepEqual(JSON.parse(coupon.text), { title: 'Incorrect or mismatch', type: 'about:blank', status: 400, detail: 'This code has expired.' });
      assert.equal(world.calls.store.length, 0);
      await notice().getByText('This code has expired.').waitFor();
      const [event] = await world.events();
      assert.equal(event.name, 'rejected');
      assert.equal(event.reason, 'expired');
    });

    test('gets the sentence when the backend is down, broken or rubbish', async () => {
      await world.open();
      const answers = [null, { status: 500, body: { error: { code: 'x', message: 'x' } } }, { body: '<p>nonsense' }, { body: { outcome: 'applied' } }, { body: [] }];
      for (const answer of answers) {
        world.backend = () => answer;
        await world.send('POST', 'gift-certificates', GIFT, { by });
        const coupon = await world.send('POST', 'coupons', COUPON, { by });
        assert.equal(coupon.status, 400);
        assert.equal(JSON.parse(coupon.text).detail, SENTENCE);
      }
      assert.equal(world.calls.store.length, 0);
      assert.equal((await world.events()).every(({ name, kind }) => name === 'error' && kind === 'unavailable'), true);
    });
  });
}

test('an answer of ours looks like one of the network', async () => {
  world.backend = () => ({ body: rejected });
  await world.open();
  const plain = await world.send('POST', 'coupons', COUPON);
  assert.deepEqual(plain.events, [1, 2, 3, 4, 'onload', 'load', 'loadend']);
  assert.match(plain.all, /^content-type: application\/json\r\n$/);
  const json = await world.page.evaluate((url) => window.sendXhr(
    { method: 'POST', url, headers: {}, body: '{"couponCode":"X"}' },
    (request) => { request.responseType = 'json'; },
  ), `/api/storefront/checkouts/${CHECKOUT}/coupons`);
  assert.equal(json.response.detail, 'This code has expired.');
});

test('an XMLHttpRequest can be aborted, timed out and used again', async () => {
  let answer = () => {};
  world.backend = () => new Promise((resolve) => { answer = () => resolve({ body: rejected }); });
  await world.open();
  const url = `/api/storefront/checkouts/${CHECKOUT}/coupons`;
  const send = (how) => world.page.evaluate(([url, how]) => window.sendXhr(
    { method: 'POST', url, headers: {}, body: '{"couponCode":"X"}' },
    (request) => { if (how === 'abort') setTimeout(() => request.abort()); else request.timeout = 50; },
  ), [url, how]);
  assert.deepEqual((await send('abort')).events, [1, 4, 'abort', 'loadend']);
  assert.deepEqual((await send('timeout')).events, [1, 4, 'timeout', 'loadend']);
  world.backend = () => ({ body: rejected });
  const again = await world.page.evaluate(async (url) => {
    const request = new XMLHttpRequest();
    const go = (method, url, body) => new Promise((resolve) => {
      request.open(method, url);
      request.onloadend = () => resolve([request.readyState, request.status]);
      request.send(body);
    });
    return [await go('POST', url, '{"couponCode":"X"}'), await go('GET', '/anything')];
  }, url);
  assert.deepEqual(again, [[4, 400], [4, 200]]);
  answer();
});

test('a synchronous code request never reaches the store', async () => {
  await world.open();
  const [status, detail] = await world.page.evaluate((url) => {
    const request = new XMLHttpRequest();
    request.open('POST', url, false);
    request.send('{"couponCode":"SAVE10"}');
    return [request.status, JSON.parse(request.responseText).detail];
  }, `/api/storefront/checkouts/${CHECKOUT}/coupons`);
  assert.deepEqual([status, detail], [400, SENTENCE]);
  assert.equal(world.calls.store.length, 0);
});

test('a code nobody could mean is refused without asking', async () => {
  await world.open();
  for (const body of [{ couponCode: '  ' }, { couponCode: 7 }, {}]) {
    assert.equal((await world.send('POST', 'coupons', body)).status, 400);
  }
  const raw = await world.page.evaluate((url) => fetch(url, { method: 'POST', body: 'not json' }).then((r) => r.status), `/api/storefront/checkouts/${CHECKOUT}/coupons`);
  assert.equal(raw, 400);
  assert.equal(world.calls.backend.length + world.calls.store.length, 0);
});

test('too many tries and an impossible code show the sentence of the backend', async () => {
  await world.open();
  world.backend = () => ({ status: 429, body: { error: { code: 'too_many_attempts', message: 'Please wait a minute.' } } });
  assert.equal(JSON.parse((await world.send('POST', 'coupons', COUPON)).text).detail, 'Please wait a minute.');
  world.backend = () => ({ status: 422, body: { error: { code: 'too_long', message: 'That is too long.', field: 'code' } } });
  assert.equal(JSON.parse((await world.send('POST', 'coupons', COUPON)).text).detail, 'That is too long.');
  world.backend = () => ({ status: 404, body: { error: { code: 'no_store', message: 'Not for shoppers.' } } });
  assert.equal(JSON.parse((await world.send('POST', 'coupons', COUPON)).text).detail, SENTENCE);
});

test('no notice where the page shows the sentence itself', async () => {
  world.backend = () => ({ body: rejected });
  world.html.body = '<p>This code has expired.</p>';
  await world.openFrozen();
  await world.send('POST', 'coupons', COUPON);
  await world.pass(700);
  assert.equal(await notice().count(), 0);
});

test('the notice can be closed and goes by itself', async () => {
  world.backend = () => ({ body: rejected });
  await world.openFrozen();
  await world.send('POST', 'coupons', COUPON);
  await world.send('POST', 'coupons', COUPON);
  await world.pass(700);
  await notice().getByText('This code has expired.').waitFor();
  assert.equal(await notice().count(), 1);
  await world.page.getByRole('button', { name: 'Close' }).click();
  assert.equal(await notice().count(), 0);
  await world.send('POST', 'coupons', COUPON);
  await world.pass(700);
  await notice().waitFor();
  await world.pass(11_000);
  assert.equal(await notice().count(), 0);
});

test('a native code the store does not know yet is tried again', async () => {
  let tries = 0;
  const knows = knowing(NATIVE, 10);
  world.store = (call) => (++tries < 4 ? { status: 400, body: { status: 400 } } : knows(call));
  await world.open();
  assert.equal((await world.send('POST', 'coupons', COUPON)).status, 200);
  assert.equal(tries, 4);
  assert.equal(world.sent('backend', 'DELETE', /./).length, 0);
});

test('a native code the store never takes is given back', async () => {
  world.store = () => ({ status: 400, body: { status: 400 } });
  await world.open();
  assert.equal(JSON.parse((await world.send('POST', 'coupons', COUPON)).text).detail, SENTENCE);
  const tries = world.sent('store', 'POST', /./);
  assert.equal(tries.length, 4);
  assert.equal(tries.every(({ body }) => JSON.parse(body).couponCode === NATIVE), true);
  await until(() => world.sent('backend', 'DELETE', /./).length === 1, 'the removal');
  assert.equal(world.sent('backend', 'DELETE', /./)[0].path, `/demo1store/checkouts/${CHECKOUT}/codes/${NATIVE}`);
});

test('a try whose answer is lost is looked for before it is given up', async () => {
  world.store = ({ method }) => (method === 'POST' ? null : { body: checkout([[NATIVE, 10]]) });
  await world.open();
  assert.equal((await world.send('POST', 'coupons', COUPON)).status, 200);
  assert.equal(world.sent('backend', 'DELETE', /./).length, 0);
});

test('a slow backend costs eight seconds, and what it holds late is given back', async () => {
  let answer;
  world.backend = ({ method }) => (method === 'DELETE' ? { body: { removed: true } } : new Promise((resolve) => { answer = () => resolve({ body: applied() }); }));
  await world.openFrozen();
  const sending = world.send('POST', 'gift-certificates', GIFT);
  await until(() => answer);
  await world.pass(7900);
  assert.equal(await Promise.race([sending, world.send('GET', '/marker').then(() => 'held')]), 'held');
  await world.pass(200);
  assert.equal((await sending).status, 400);
  assert.equal(JSON.parse((await world.send('POST', 'coupons', COUPON)).text).detail, SENTENCE);
  assert.equal(world.sent('backend', 'POST', /codes$/).length, 1, 'not asked again');
  answer();
  await until(() => world.sent('backend', 'DELETE', new RegExp(NATIVE)).length === 1);
  assert.equal(world.sent('store', 'POST', /./).length, 0);
});

test('a verdict nobody comes for is given back', async () => {
  world.backend = ({ method }) => ({ body: method === 'DELETE' ? { removed: true } : applied() });
  await world.openFrozen();
  await world.send('POST', 'gift-certificates', GIFT);
  assert.equal(world.sent('backend', 'DELETE', /./).length, 0);
  await world.pass(10_100);
  await until(() => world.sent('backend', 'DELETE', new RegExp(NATIVE)).length === 1);
});

test('another amount than calculated is evaluated again by a cart action', async () => {
  let touched = false;
  world.store = ({ method, path }) => {
    if (method === 'PUT') touched = path;
    return { body: checkout([[NATIVE, touched ? 10 : 9.5]]) };
  };
  await world.open();
  const coupon = await world.send('POST', 'coupons?include=customer', COUPON, { headers: { 'x-page': 'yes' } });
  assert.equal(JSON.parse(coupon.text).coupons[0].discountedAmount, 10);
  assert.equal(touched, `/api/storefront/carts/${CHECKOUT}/items/item-1`);
  const [action] = world.sent('store', 'PUT', /./);
  assert.deepEqual(JSON.parse(action.body), { lineItem: { quantity: 2, productId: 111, variantId: 211 } });
  assert.equal(action.headers['x-xsrf-token'], 'to=ken');
  assert.equal(action.headers['x-page'], 'yes');
  const [read] = world.sent('store', 'GET', /./);
  assert.equal(read.path, `/api/storefront/checkouts/${CHECKOUT}?include=customer`);
});

test('an amount that no evaluation puts right: the backend is asked, and the code leaves with its sentence', async () => {
  let left = false;
  const message = 'The shop cannot take SAVE10 off.';
  world.store = () => ({ body: checkout(left ? [] : [[NATIVE, 9.5]]) });
  world.backend = ({ path }) => {
    if (!/refresh/.test(path)) return { body: applied() };
    left = true;
    const gone = { code: 'SAVE10', native_code: NATIVE, reason: 'not_applied', message };
    return { body: { changed: true, codes: [], dropped: [gone] } };
  };
  await world.open();
  const coupon = await world.send('POST', 'coupons', COUPON);
  assert.equal(coupon.status, 200);
  assert.deepEqual(JSON.parse(coupon.text).coupons, []);
  assert.equal(world.sent('backend', 'POST', /refresh/).length, 1);
  await notice().getByText(message).waitFor();
});

test('codes that are dropped for the new one are told', async () => {
  world.store = knowing(NATIVE, 10);
  const old = { code: 'OLD', native_code: 'OLD-000000', reason: 'replaced', message: 'OLD was replaced.' };
  world.backend = () => ({ body: applied({ dropped: [old] }) });
  await world.open();
  await world.send('POST', 'coupons', COUPON);
  await notice().getByText('OLD was replaced.').waitFor();
  const dropped = (await world.events()).find(({ name }) => name === 'removed');
  assert.equal(dropped.nativeCode, 'OLD-000000');
  assert.equal(dropped.reason, 'replaced');
});

test('the small API applies, lists and removes', async () => {
  world.store = knowing(NATIVE, 10);
  await world.open();
  await world.send('GET', '');
  const result = await world.page.evaluate(async () => {
    const api = window.Voucherbridge;
    const added = await api.apply('SAVE10');
    return { added, codes: api.codes(), version: api.version };
  });
  assert.equal(result.added.ok, true);
  assert.equal(result.added.checkout.coupons[0].code, NATIVE);
  assert.deepEqual(result.codes, [{ code: 'SAVE10', nativeCode: NATIVE, amount: 1000, currency: 'USD' }]);
  assert.match(result.version, /^[0-9a-f]{16}$/);
  world.backend = () => ({ body: { removed: true } });
  assert.equal((await world.page.evaluate((native) => window.Voucherbridge.remove(native), NATIVE)).ok, true);
  await until(() => world.sent('backend', 'DELETE', new RegExp(NATIVE)).length === 1);
  assert.deepEqual(await world.page.evaluate(() => window.Voucherbridge.codes()), []);
});
