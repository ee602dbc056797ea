// A checkout that changes under codes of ours: looked at again before the page sees a total.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { CHECKOUT, NATIVE, World, applied, appliedCode, checkout, launch, until } from './harness.mjs';

let browser;
let world;
before(async () => { browser = await launch(); });
after(() => browser.close());
beforeEach(async () => {
  world = await World.start(browser);
  world.store = () => ({ body: checkout([[NATIVE, 10]]) });
});
afterEach(() => world.stop());

const PUT = ['PUT', 'consignments/1?include=customer,0', { shippingOptionId: '2' }];
const refreshes = () => world.sent('backend', 'POST', /refresh$/);
const refreshed = (overrides = {}) => ({ body: { changed: false, codes: [appliedCode()], dropped: [], ...overrides } });
const amountOf = (answer) => JSON.parse(answer.text).coupons[0].discountedAmount;

/** Opens the page and puts a code of ours on the checkout. */
async function withCode({ frozen = false } = {}) {
  world.backend = () => ({ body: applied() });
  await (frozen ? world.openFrozen() : world.open());
  assert.equal((await world.send('POST', 'coupons', { couponCode: 'SAVE10' })).status, 200);
  world.calls = { store: [], backend: [] };
  world.backend = () => refreshed();
}

test('without a code of ours nothing is held and nobody is asked', async () => {
  world.store = () => ({ body: checkout([['NATIVE5', 5]]) });
  await world.open();
  await world.send('GET', '?include=customer');
  assert.equal((await world.send(...PUT)).status, 200);
  assert.equal(world.calls.backend.length, 0);
  assert.equal(world.calls.store.length, 2);
});

for (const by of ['xhr', 'fetch']) {
  test(`an unchanged discount hands out the store's own answer (${by})`, async () => {
    await withCode();
    const answer = await world.send(...PUT, { by });
    assert.equal(answer.status, 200);
    assert.equal(refreshes().length, 1);
    assert.deepEqual(JSON.parse(refreshes()[0].body), { locale: 'en' });
    assert.equal(world.calls.store.length, 1);
  });

  test(`a changed discount hands out a fresh checkout with the page's own include (${by})`, async () => {
    await withCode();
    let current = 10;
    world.store = ({ method }) => ({ status: method === 'PUT' ? 201 : 200, body: checkout([[NATIVE, current]], { by: method }) });
    world.backend = () => { current = 20; return refreshed({ changed: true, codes: [appliedCode({ amount: 2000 })] }); };
    const answer = await world.send(...PUT, { by });
    assert.equal(amountOf(answer), 20);
    assert.equal(answer.status, 201, 'the status stays');
    assert.equal(JSON.parse(answer.text).by, 'GET');
    const [read] = world.sent('store', 'GET', /./);
    assert.equal(read.path, `/api/storefront/checkouts/${CHECKOUT}?include=customer,0`);
  });
}

test('a discount that reading does not change is evaluated by a cart action', async () => {
  await withCode();
  let touched = false;
  world.store = ({ path }) => {
    touched ||= path.includes('/items/');
    return { body: checkout([[NATIVE, touched ? 20 : 10]]) };
  };
  world.backend = () => refreshed({ codes: [appliedCode({ amount: 2000 })] });
  assert.equal(amountOf(await world.send(...PUT)), 20);
  assert.equal(world.sent('store', 'PUT', /carts\/.*\/items\/item-1$/).length, 1);
});

test('a refresh that fails hands out the answer untouched', async () => {
  await withCode();
  for (const answer of [null, { status: 500, body: {} }, { body: '<p>' }, { body: { changed: true } }]) {
    world.backend = () => answer;
    assert.equal(amountOf(await world.send(...PUT)), 10);
  }
  assert.equal(world.sent('store', 'GET', /./).length, 0);
});

test('a refresh that takes four seconds hands out the answer untouched', async () => {
  let answer;
  await withCode({ frozen: true });
  world.backend = () => new Promise((resolve) => { answer = () => resolve(refreshed()); });
  const sending = world.send(...PUT);
  await until(() => answer, 'the refresh');
  await world.pass(3900);
  assert.equal(await Promise.race([sending, world.send('GET', '/marker').then(() => 'held')]), 'held');
  await world.pass(200);
  assert.equal(amountOf(await sending), 10);
  answer();
});

test('a code that no longer holds is told, and gone from the answer', async () => {
  await withCode();
  const message = 'SAVE10 no longer applies.';
  world.store = ({ method }) => ({ body: checkout(method === 'GET' ? [] : [[NATIVE, 10]]) });
  world.backend = () => refreshed({ changed: true, codes: [], dropped: [{ code: 'SAVE10', native_code: NATIVE, reason: 'expired', message }] });
  assert.deepEqual(JSON.parse((await world.send(...PUT)).text).coupons, []);
  await world.page.locator('#voucherbridge-notice [role=status]').getByText(message).waitFor();
  const dropped = (await world.events()).find(({ name }) => name === 'removed');
  assert.equal(dropped.reason, 'expired');
  await world.send(...PUT);
  assert.equal(refreshes().length, 1, 'nothing of ours is left');
});

const RELOAD = 'The amounts of your codes have changed. Reload the page to see the new total.';
const notice = () => world.page.locator('#voucherbridge-notice [role=status]');
const OVER = { code: 'SAVE10', native_code: NATIVE, reason: 'limit_reached', message: 'It is over.' };

// From an answer about billing or store credit the page takes the totals alone.
for (const [method, path, said] of [
  ['POST', 'billing-address?include=x', `It is over. ${RELOAD}`],
  ['PUT', 'billing-address/1?include=x', `It is over. ${RELOAD}`],
  ['POST', 'store-credit', `It is over. ${RELOAD}`],
  ['PUT', 'consignments/1', 'It is over.'],
]) {
  test(`a code that leaves by ${method} ${path.split('?')[0]}: the shopper reads of what the page still shows`, async () => {
    await withCode();
    let coupons = [[NATIVE, 10]];
    world.store = () => ({ body: checkout(coupons) });
    world.backend = () => { coupons = []; return refreshed({ changed: true, codes: [], dropped: [OVER] }); };
    assert.deepEqual(JSON.parse((await world.send(method, path, {})).text).coupons, []);
    await notice().getByText(said, { exact: true }).waitFor();
  });
}

test('another amount behind a billing answer is told, the same one is not', async () => {
  await withCode();
  let current = 10;
  world.store = () => ({ body: checkout([[NATIVE, current]]) });
  const billing = () => world.send('PUT', 'billing-address/1', {});
  assert.equal(amountOf(await billing()), 10);
  // Somebody else's promotion came or went: our codes are as the page shows them.
  world.backend = () => refreshed({ changed: true });
  assert.equal(amountOf(await billing()), 10);
  await world.page.clock.install();
  await world.pass(700);
  assert.equal(await notice().count(), 0);
  await world.page.clock.resume();
  world.backend = () => { current = 20; return refreshed({ changed: true, codes: [appliedCode({ amount: 2000 })] }); };
  assert.equal(amountOf(await billing()), 20);
  await notice().getByText(RELOAD, { exact: true }).waitFor();
});

test('a code seen in an answer counts until the backend says it is not ours', async () => {
  await world.open();
  await world.send('GET', '?include=customer');
  world.backend = () => refreshed({ codes: [] });
  await world.send(...PUT);
  assert.equal(refreshes().length, 1);
  await world.send(...PUT);
  await world.send('GET', '?include=customer');
  await world.send(...PUT);
  assert.equal(refreshes().length, 1);
});

const LEFT = 'The code SAVE10 can no longer be used and was taken off.';
for (const [what, answer, notice] of [
  ['the backend says why', () => refreshed({ codes: [], dropped: [{ code: 'SAVE10', native_code: NATIVE, reason: 'expired', message: 'It is over.' }] }), 'It is over.'],
  ['the backend no longer knows', () => refreshed({ codes: [] }), LEFT],
]) {
  test(`a code that left while the shopper was on another page is told: ${what}`, async () => {
    await withCode();
    world.store = () => ({ body: checkout([]) });
    world.backend = answer;
    await world.open();
    await world.send('GET', '?include=customer');
    await world.page.locator('#voucherbridge-notice', { hasText: notice }).waitFor();
    assert.deepEqual((await world.events()).map(({ name, nativeCode }) => [name, nativeCode]), [['removed', NATIVE]]);
    // Once.
    await world.open();
    await world.send('GET', '?include=customer');
    assert.equal((await world.events()).length, 0);
  });
}

const FREETEE = appliedCode({ code: 'FREETEE', amount: 0 });
for (const [what, dropped, said] of [
  ['the backend says why', [{ ...OVER, code: 'FREETEE', native_code: '' }], 'It is over.'],
  ['the backend no longer knows', [], 'The code FREETEE can no longer be used and was taken off.'],
]) {
  test(`a code that left while its coupon lives on by another is told, once: ${what}`, async () => {
    world.backend = () => ({ body: applied({ codes: [appliedCode(), FREETEE] }) });
    await world.open();
    await world.send('POST', 'coupons', { couponCode: 'SAVE10, FREETEE' });
    world.backend = () => refreshed({ dropped });
    await world.open();
    assert.equal(amountOf(await world.send('GET', '?include=customer')), 10);
    await notice().getByText(said, { exact: true }).waitFor();
    assert.deepEqual((await world.events()).map(({ name, code }) => [name, code]), [['removed', 'FREETEE']]);
    world.backend = () => refreshed();
    await world.open();
    await world.send('GET', '?include=customer');
    assert.deepEqual(await world.events(), []);
  });
}

test('a code from an earlier page is looked at before the page sees the checkout, once', async () => {
  await withCode();
  let current = 10;
  world.store = () => ({ body: checkout([[NATIVE, current]]) });
  world.backend = () => { current = 20; return refreshed({ changed: true, codes: [appliedCode({ amount: 2000 })] }); };
  for (const ready of [false, true]) {
    current = 10;
    world.calls = { store: [], backend: [] };
    await world.open({ ready });
    assert.equal(amountOf(await world.send('GET', '?include=customer')), 20, `module ready: ${ready}`);
    await world.send('GET', '?include=customer');
    assert.equal(refreshes().length, 1);
    assert.equal(world.sent('store', 'GET', /include/).length, 3);
  }
});

test('a code that the shopper took off, or that still holds, is not told to have left', async () => {
  await withCode();
  world.store = () => ({ body: checkout([]) });
  await world.send('DELETE', `coupons/${NATIVE}`);
  await world.open();
  await world.send('GET', '?include=customer');
  await world.send('GET', '?include=customer');
  assert.equal(refreshes().length, 0);
  assert.deepEqual(await world.events(), []);
});

test('changes of the cart are handed out as carts', async () => {
  await withCode();
  world.store = ({ method }) => ({ body: { id: CHECKOUT, by: method, coupons: [{ code: NATIVE, discountedAmount: 10 }], lineItems: {} } });
  world.backend = () => refreshed({ changed: true });
  const answer = await world.send('PUT', `/api/storefront/carts/${CHECKOUT}/items/item-1?include=x`, { lineItem: { quantity: 3 } });
  assert.equal(JSON.parse(answer.text).by, 'GET');
  assert.equal(world.sent('store', 'GET', /./)[0].path, `/api/storefront/carts/${CHECKOUT}?include=x`);
});

test('reading is not held, nor an order right after its code was typed', async () => {
  await withCode();
  world.backend = () => new Promise(() => {});
  assert.equal((await world.send('GET', '?include=customer')).status, 200);
  assert.equal((await world.send('POST', '/internalapi/v1/checkout/order', { cartId: CHECKOUT })).status, 200);
  assert.equal(world.calls.backend.length, 0);
});

test('taking a code off passes through and is told', async () => {
  await withCode();
  world.store = () => ({ body: checkout([]) });
  world.backend = () => ({ body: { removed: true } });
  assert.equal((await world.send('DELETE', `coupons/${NATIVE}?include=x`)).status, 200);
  await until(() => world.sent('backend', 'DELETE', new RegExp(`codes/${NATIVE}$`)).length === 1, 'the removal');
  const event = (await world.events()).find(({ name }) => name === 'removed');
  assert.deepEqual(event, { name: 'removed', checkoutId: CHECKOUT, code: 'SAVE10', nativeCode: NATIVE, reason: 'removed' });
});

test('a removal that fails, or of a code that is not ours, is not told', async () => {
  await withCode();
  world.store = () => ({ status: 500, body: {} });
  await world.send('DELETE', `coupons/${NATIVE}`);
  world.store = () => ({ body: checkout([]) });
  await world.send('DELETE', 'coupons/NATIVE5');
  await world.send('GET', '/marker');
  assert.equal(world.calls.backend.length, 0);
});

test('with another code left, taking one off shows the fresh amount of the other', async () => {
  const other = appliedCode({ code: 'TAKE20', native_code: 'TAKE20-000000', amount: 2000 });
  await world.open();
  world.backend = () => ({ body: applied({ codes: [appliedCode(), other] }) });
  let coupons = [[NATIVE, 10], ['TAKE20-000000', 20]];
  world.store = () => ({ body: checkout(coupons) });
  await world.send('POST', 'coupons', { couponCode: 'SAVE10' });
  coupons = [['TAKE20-000000', 20]];
  world.backend = ({ method }) => {
    if (method === 'DELETE') { coupons = [['TAKE20-000000', 22]]; return { body: { removed: true } }; }
    return refreshed({ changed: true, codes: [{ ...other, amount: 2200 }] });
  };
  assert.equal(amountOf(await world.send('DELETE', `coupons/${NATIVE}`)), 22);
});

test('an error of the cart is reported once while codes are held', async () => {
  await world.open();
  world.store = () => ({ status: 404, body: { status: 404, title: 'Not found', type: 'about:blank' } });
  await world.send('GET', '?include=customer');
  assert.equal(world.calls.backend.length, 0, 'no codes are held');
  world.store = () => ({ body: checkout([[NATIVE, 10]]) });
  await world.send('POST', 'coupons', { couponCode: 'SAVE10' });
  world.calls.backend = [];
  const errors = () => world.sent('backend', 'POST', /cart-errors$/);
  world.store = () => ({ status: 400, body: { status: 400, type: 'empty_cart' } });
  await world.send(...PUT);
  await world.send(...PUT);
  await until(() => errors().length === 1, 'the report');
  assert.deepEqual(JSON.parse(errors()[0].body), {
    status: 400,
    path: `/api/storefront/checkouts/${CHECKOUT}/consignments/1`,
    error_type: 'empty_cart',
  });
  world.store = () => ({ status: 409, body: { status: 409, type: 'about:blank' } });
  await world.send('POST', '/internalapi/v1/checkout/order', { cartId: CHECKOUT });
  await until(() => errors().length === 2, 'the second report');
  world.store = () => ({ status: 400, body: { status: 400, type: 'about:blank', title: 'A field is missing' } });
  await world.send(...PUT);
  const told = (await world.events()).filter(({ name, kind }) => name === 'error' && kind === 'cart');
  assert.deepEqual(told.map(({ status }) => status), [400, 409]);
});
