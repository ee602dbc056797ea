// The order is placed some time after the codes were typed: they are asked about once more.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { CHECKOUT, NATIVE, World, applied, appliedCode, checkout, launch, until } from './harness.mjs';

const ORDER = '/internalapi/v1/checkout/order';
const BODY = { cartId: CHECKOUT, payment: { name: 'cod' } };
const PLACED = { status: 201, body: { data: { order: { orderId: 7 } } }, headers: { token: 'pay-with-this' } };
const LOST = 'The code SAVE10 was taken off. This code has expired.';
const RELOAD = 'The amounts of your codes have changed. Reload the page to see the new total.';

let browser;
let world;
before(async () => { browser = await launch(); });
after(() => browser.close());
beforeEach(async () => { world = await World.start(browser); });
afterEach(() => world.stop());

const orders = () => world.sent('store', 'POST', /checkout\/order$/);
const looks = () => world.sent('backend', 'POST', /before-order$/);
const place = (by = 'xhr') => world.send('POST', ORDER, BODY, { by });
const says = (stands, message = '') => { world.backend = () => ({ body: { stands, message } }); };

/** A page with a code that was typed more than a minute ago; its clock stands still. */
async function withOldCode({ ago = 60_000 } = {}) {
  let coupons = [[NATIVE, 10]];
  world.store = ({ path }) => (path.endsWith('/order') ? PLACED : { body: checkout(coupons) });
  world.backend = () => ({ body: applied() });
  await world.openFrozen();
  assert.equal((await world.send('POST', 'coupons', { couponCode: 'SAVE10' })).status, 200);
  await world.pass(ago);
  world.calls = { store: [], backend: [] };
  return { takeOff: () => { coupons = []; } };
}

for (const by of ['xhr', 'fetch']) {
  test(`an order whose codes hold is sent as the page made it (${by})`, async () => {
    await withOldCode();
    says(true);
    const answer = await place(by);
    assert.equal(answer.status, 201);
    assert.equal(JSON.parse(answer.text).data.order.orderId, 7);
    if (by === 'xhr') {
      assert.match(answer.all, /token: pay-with-this/);
      assert.deepEqual(answer.own.filter((name) => name !== 'onreadystatechange' && name !== 'onload'), [], 'nothing of it is ours');
    }
    const [look] = looks();
    assert.equal(look.path, `/demo1store/checkouts/${CHECKOUT}/before-order`);
    assert.deepEqual(JSON.parse(look.body), { locale: 'en' });
    const [order] = orders();
    assert.ok(look.at < order.at);
    assert.deepEqual(JSON.parse(order.body), BODY);
    assert.equal(world.calls.backend.length, 1);
  });

  test(`an order whose code is lost is not sent, and the page is told to look again (${by})`, async () => {
    const shop = await withOldCode();
    says(false, LOST);
    const answer = await place(by);
    assert.deepEqual(JSON.parse(answer.text), { title: 'cart_has_changed', type: 'cart_has_changed', status: 400, detail: LOST });
    assert.equal(answer.status, 400);
    assert.equal(orders().length, 0);
    await world.pass(1_000);
    await world.page.locator('#voucherbridge-notice [role=status]').getByText(LOST, { exact: true }).waitFor();

    // What the page reads next is put right before it gets it: the code leaves then.
    const dropped = [{ code: 'SAVE10', native_code: NATIVE, reason: 'expired', message: LOST }];
    world.backend = () => { shop.takeOff(); return { body: { changed: true, codes: [], dropped } }; };
    const read = await world.send('GET', '?include=x', undefined, { by });
    assert.deepEqual(JSON.parse(read.text).coupons, []);
    const gone = (await world.events()).filter(({ name }) => name === 'removed');
    assert.deepEqual(gone.map(({ code, reason }) => [code, reason]), [['SAVE10', 'expired']]);
    await world.send('GET', '?include=x', undefined, { by });
    assert.equal(world.sent('backend', 'POST', /refresh$/).length, 1);
    assert.equal((await place(by)).status, 201);
    assert.equal(looks().length, 1, 'no code is left to ask about');
  });

  test(`a backend that says nothing keeps an order for two seconds (${by})`, async () => {
    await withOldCode();
    let late;
    world.backend = () => new Promise((resolve) => { late = () => resolve({ body: { stands: false, message: LOST } }); });
    const placing = place(by);
    await until(() => late, 'the question');
    await world.pass(1_900);
    await world.send('GET', '/marker');
    assert.equal(orders().length, 0);
    await world.pass(200);
    assert.equal((await placing).status, 201);
    late();
    await world.send('GET', '/marker');
    assert.equal(orders().length, 1);
    assert.equal(await world.page.getByText(LOST).count(), 0, 'what came late is not said');
  });
}

test('a backend that fails keeps no order', async () => {
  await withOldCode();
  for (const answer of [null, { status: 500, body: {} }, { body: '<p>' }, { body: { stands: 'no' } }, { status: 404, body: {} }]) {
    world.backend = () => answer;
    assert.equal((await place()).status, 201);
  }
  assert.equal(orders().length, 5);
});

test('an order a moment after its code was typed is not held', async () => {
  await withOldCode({ ago: 59_000 });
  world.backend = () => new Promise(() => {});
  assert.equal((await place()).status, 201);
  assert.equal(looks().length, 0);
});

test('a second try a moment later, such as after a declined card, is not held again', async () => {
  await withOldCode();
  says(true);
  world.store = () => ({ status: 400, body: { status: 400, type: 'about:blank', title: 'Declined' } });
  assert.equal((await place()).status, 400);
  assert.equal((await place()).status, 400);
  assert.equal(looks().length, 1);
  await world.pass(60_000);
  await place();
  assert.equal(looks().length, 2);
});

/** The shopper clicks again, and nothing was put right: the page did not read, or that failed. */
test('a second click is looked at as the first was, and no shopper is kept for good', async () => {
  await withOldCode();
  says(false, LOST);
  for (const click of [1, 2]) {
    assert.equal(JSON.parse((await place()).text).detail, LOST, `click ${click}`);
    assert.equal(looks().length, click);
  }
  assert.equal(orders().length, 0);
  assert.equal((await place()).status, 201, 'the third click');
  assert.equal(orders().length, 1);
});

test('a second click after what was wrong was put right places the order', async () => {
  await withOldCode();
  says(false);
  assert.equal((await place()).status, 400);
  world.backend = () => ({ body: { changed: true, codes: [appliedCode()], dropped: [] } });
  await world.send('GET', '?include=x');
  says(true);
  assert.equal((await place()).status, 201);
  assert.equal(looks().length, 2, 'it is asked whether that is so');
  // It is known to hold now: a declined card is tried again without a look.
  assert.equal((await place()).status, 201);
  assert.equal(looks().length, 2);
});

test('a backend that fails at the second click keeps no order', async () => {
  await withOldCode();
  says(false, LOST);
  assert.equal((await place()).status, 400);
  world.backend = () => ({ status: 500, body: {} });
  assert.equal((await place()).status, 201);
});

test('another amount and no code lost: the shopper is told to see the new total', async () => {
  await withOldCode();
  says(false);
  assert.equal(JSON.parse((await place()).text).detail, RELOAD);
  assert.equal(orders().length, 0);
});

test('without a code of ours an order is nobody\'s business', async () => {
  world.store = ({ path }) => (path.endsWith('/order') ? PLACED : { body: checkout([['NATIVE5', 5]]) });
  await world.open();
  await world.send('GET', '?include=x');
  assert.equal((await place()).status, 201);
  assert.equal(world.calls.backend.length, 0);
});

test('an order that the page gives up while it is held is never sent', async () => {
  await withOldCode();
  let answer;
  world.backend = () => new Promise((resolve) => { answer = () => resolve({ body: { stands: true, message: '' } }); });
  const given_up = world.page.evaluate(
    ({ url, body }) => window.sendXhr({ method: 'POST', url, headers: {}, body }, (request) => { window.held = request; }),
    { url: ORDER, body: JSON.stringify(BODY) },
  );
  await until(() => answer, 'the question');
  await world.page.evaluate(() => window.held.abort());
  assert.ok((await given_up).events.includes('abort'));
  answer();
  await world.send('GET', '/marker');
  await world.send('GET', '/marker');
  assert.equal(orders().length, 0);
});
