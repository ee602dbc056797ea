// Free shipping by a code: the store only offers it, the module chooses it, and what was before.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CHECKOUT, NATIVE, until } from './harness.mjs';
import { BY_WEIGHT, FLAT, FREE } from './shop.mjs';
import { holder, shop, steps, world } from './with-holder.mjs';

const OTHER = 'TAKE20-000000';
const CARD = 'CARD1-000000';
const FREESHIP = ['FREESHIP', NATIVE, 0, { free_shipping: true }];
const SAVE = ['SAVE10', NATIVE, 10];
const TAKE = ['TAKE20', OTHER, 20];
const S = 'include=x,consignments.availableShippingOptions';

const address = (...ids) => world.send('POST', `consignments?${S}`, ids.map((id) => ({ id, address: {} })));
const choose = (shippingOptionId, id = 'c1', options) => world.send('PUT', `consignments/${id}?${S}`, { shippingOptionId }, options);
const billing = () => world.send('PUT', 'billing-address/1?include=x', { email: 'a@example.com' });
const coupon = (code, options) => world.send('POST', `coupons?${S}`, { couponCode: code }, options);
const remove = (native = NATIVE) => world.send('DELETE', `coupons/${native}?${S}`);
const read = () => world.send('GET', `?${S}`);
const chosen = (answer) => {
  const { consignments, grandTotal } = JSON.parse(answer.text);
  return [...consignments.map(({ selectedShippingOption }) => selectedShippingOption?.id ?? null), grandTotal];
};
const picks = () => world.sent('store', 'PUT', /consignments/).filter(({ headers }) => !headers['x-page']);
const kept = () => world.page.evaluate(() => sessionStorage.getItem('voucherbridge-shipping') ?? '');

/** Opens the page, with an address and an option chosen. */
async function shipped(option = BY_WEIGHT) {
  await world.open();
  await address('c1');
  if (option) await choose(option);
}

/** The same with a code of free shipping on the checkout. */
async function free(option) {
  await shipped(option);
  await holder.apply(FREESHIP);
}

describe('a code that makes the shipping free', () => {
  for (const by of ['xhr', 'fetch']) {
    test(`has the free option chosen in place of another (${by})`, async () => {
      await shipped();
      await holder.forget();
      holder.taking([NATIVE], [FREESHIP]);
      const answer = await coupon('FREESHIP', { by, headers: { 'x-page': 'yes' } });
      assert.equal(answer.status, 200);
      assert.deepEqual(chosen(answer), [FREE, 100]);
      assert.deepEqual(steps(), ['POST codes', 'POST coupons', 'PUT c1']);
      const [pick] = world.sent('store', 'PUT', /./);
      assert.equal(pick.path, `/api/storefront/checkouts/${CHECKOUT}/consignments/c1?${S}`);
      assert.deepEqual(JSON.parse(pick.body), { shippingOptionId: FREE });
      assert.equal(pick.headers['x-page'], 'yes');
      assert.equal(pick.headers['x-xsrf-token'], 'to=ken');
    });

    test(`has it chosen once there is an address (${by})`, async () => {
      await holder.having(FREESHIP);
      const answer = await world.send('POST', `consignments?${S}`, [{ id: 'c1', address: {} }], { by });
      assert.deepEqual(chosen(answer), [FREE, 100]);
      assert.equal(answer.status, 200);
      // The address is edited: the store forgets what was chosen.
      assert.deepEqual(chosen(await world.send('PUT', `consignments/c1?${S}`, { address: {} }, { by })), [FREE, 100]);
      assert.deepEqual(steps(), ['POST consignments', 'POST refresh', 'PUT c1', 'PUT c1', 'POST refresh', 'PUT c1']);
    });
  }

  test('has it chosen for each consignment that is shipped and has it', async () => {
    await holder.having(FREESHIP);
    shop.says = ({ method, path }, below) => {
      if (method !== 'POST' || below !== 'consignments') return null;
      shop.ship(undefined, [{ id: 'c1' }, { id: 'c2' }, { id: 'c3' }, { id: 'c4' }]);
      const body = shop.checkout(path);
      body.consignments[1].selectedPickupOption = { pickupMethodId: 1 };
      body.consignments[2].availableShippingOptions.shift();
      return { body };
    };
    assert.deepEqual(chosen(await address('c1')), [FREE, null, null, FREE, 100]);
    assert.deepEqual(picks().map(({ path }) => path.split('?')[0].at(-1)), ['1', '4']);
  });

  test('costs nothing more while it is chosen, or not offered', async () => {
    await free();
    assert.deepEqual(chosen(await billing()), [FREE, 100]);
    assert.deepEqual(chosen(await choose(FREE)), [FREE, 100]);
    assert.deepEqual(steps(), ['PUT 1', 'POST refresh', 'PUT c1', 'POST refresh']);
    shop.unoffered = [FREE];
    assert.deepEqual(chosen(await choose(BY_WEIGHT)), [BY_WEIGHT, 105]);
    assert.equal(picks().length, 2, 'those of the page');
  });
});

describe('a code of free shipping that comes another way', () => {
  test('that joins a coupon', async () => {
    await shipped();
    await holder.apply(SAVE);
    holder.taking([NATIVE], [SAVE, FREESHIP]);
    assert.deepEqual(chosen(await coupon('FREESHIP')), [FREE, 90]);
    assert.deepEqual(steps(), ['POST codes', `GET ${CHECKOUT}`, 'PUT item-1', `GET ${CHECKOUT}`, 'PUT c1']);
  });

  test('that comes to a coupon when the checkout changes is evaluated by the store, once', async () => {
    await shipped();
    await holder.apply(SAVE);
    holder.hold(SAVE, FREESHIP);
    assert.deepEqual(chosen(await choose(FLAT)), [FREE, 90]);
    assert.equal(world.sent('store', 'PUT', /items/).length, 1);
    await billing();
    assert.equal(world.sent('store', 'PUT', /items/).length, 1);
  });

  test('by the small API, whose answers list no options', async () => {
    await shipped();
    await holder.forget();
    holder.taking([NATIVE], [FREESHIP]);
    const found = await world.page.evaluate(async () => (await window.Voucherbridge.apply('FREESHIP')).checkout.consignments[0]);
    assert.equal(found.selectedShippingOption.id, FREE);
    assert.equal(found.availableShippingOptions, undefined);
    assert.deepEqual(steps(), ['POST codes', 'POST coupons', `GET ${CHECKOUT}`, 'PUT c1']);
  });
});

describe('free shipping beside other things', () => {
  test('after a change of the cart, which is answered as a cart', async () => {
    await free();
    shop.says = ({ method }, below) => {
      if (method === 'POST' && below === 'items') shop.ship(undefined, [{ id: 'c1' }]);
    };
    const answer = JSON.parse((await world.send('POST', `/api/storefront/carts/${CHECKOUT}/items?include=y`, { lineItems: [] })).text);
    assert.ok(answer.lineItems);
    assert.equal(shop.consignments.get('c1'), FREE);
    assert.match(world.sent('store', 'GET', /./).at(-1).path, /carts\/[^/]*\?include=y$/);
  });

  test('and a gift card, which pays what is left', async () => {
    await shipped();
    const card = (amount) => ['CARD1', CARD, amount, { kind: 'gift_certificate' }];
    shop.balances[CARD] = 105;
    shop.certificates = [CARD];
    holder.taking([NATIVE], [FREESHIP, card(105)]);
    const alive = world.backend;
    world.backend = (call) => {
      if (!call.path.endsWith('/refresh')) return alive(call);
      const before = holder.held.find(([code]) => code === 'CARD1')[2];
      shop.balances[CARD] = shop.payable;
      holder.held = [...holder.held.filter(([code]) => code !== 'CARD1'), card(shop.payable)];
      return holder.refreshed({ changed: before !== shop.payable });
    };
    const { giftCertificates: [{ used, balance }], outstandingBalance, ...found } = JSON.parse((await coupon('FREESHIP')).text);
    assert.deepEqual([used, balance, outstandingBalance, found.grandTotal], [100, 100, 0, 100]);
    // And with the shipping it pays more.
    const back = JSON.parse((await remove()).text);
    assert.deepEqual([back.giftCertificates[0].used, back.outstandingBalance, back.grandTotal], [105, 0, 105]);
  });
});

describe('the code leaves', () => {
  test('taken off: what was chosen before is chosen again', async () => {
    await free(FLAT);
    assert.notEqual(await kept(), '');
    const answer = await remove();
    assert.equal(answer.status, 200);
    assert.deepEqual(chosen(answer), [FLAT, 110]);
    assert.deepEqual(steps(), [`DELETE ${NATIVE}`, `DELETE ${NATIVE}`, 'PUT c1']);
    assert.equal(await kept(), '');
    // Done with: the next changes are the page's own.
    await world.send('PUT', `consignments/c1?${S}`, { address: {} });
    assert.equal(shop.consignments.get('c1'), null);
  });

  test('and comes again', async () => {
    await free(FLAT);
    await remove();
    await holder.apply(FREESHIP);
    assert.equal(shop.consignments.get('c1'), FREE);
    assert.deepEqual(chosen(await remove()), [FLAT, 110]);
  });

  test('what was chosen before is no longer offered, or nothing was: left to the page', async () => {
    await free(FLAT);
    shop.unoffered = [FLAT];
    assert.deepEqual(chosen(await remove()), [null, 100]);
    shop.unoffered = [];
    await address('c2');
    await holder.apply(FREESHIP);
    shop.consignments.delete('c1');
    assert.deepEqual(chosen(await remove()), [null, 100]);
    assert.equal(picks().length, 0);
  });

  test('dropped when the checkout changes, where the answer lists no options', async () => {
    await free();
    holder.hold();
    const gone = { code: 'FREESHIP', native_code: NATIVE, reason: 'expired', message: 'It is over.' };
    world.backend = () => holder.refreshed({ changed: true, dropped: [gone] });
    const answer = await billing();
    assert.deepEqual(chosen(answer), [BY_WEIGHT, 105]);
    assert.deepEqual(JSON.parse(answer.text).coupons, []);
    assert.match(world.sent('store', 'GET', /./).at(-1).path, /\?include=consignments\.availableShippingOptions$/);
    await world.page.locator('#voucherbridge-notice').getByText('It is over.').waitFor();
  });
});

describe('the code leaves and others stay, or another page finds it gone', () => {
  test('and the coupon stays, for other codes', async () => {
    await shipped();
    await holder.apply(SAVE, FREESHIP);
    holder.hold(SAVE);
    world.backend = () => holder.refreshed({ changed: true });
    assert.deepEqual(chosen(await billing()), [BY_WEIGHT, 95]);
    assert.equal(world.sent('store', 'PUT', /items/).length, 1);
  });

  test('and other coupons stay: one answer with all', async () => {
    await shipped();
    await holder.apply(FREESHIP, TAKE);
    holder.holdingOnRemoval(['TAKE20', OTHER, 25]);
    assert.deepEqual(chosen(await remove()), [BY_WEIGHT, 80]);
  });

  test('on the next page of the tab', async () => {
    await free(FLAT);
    await world.open();
    await read();
    await holder.forget();
    assert.deepEqual(chosen(await remove()), [FLAT, 110]);
    assert.equal(await kept(), '');
  });

  test('while the shopper was on the cart page', async () => {
    await free(FLAT);
    holder.hold();
    shop.counted.clear();
    shop.consignments.set('c1', null);
    world.backend = () => holder.refreshed();
    await world.open();
    const answer = await world.send('GET', `/api/storefront/checkout/${CHECKOUT}?include=x`);
    assert.deepEqual(chosen(answer), [FLAT, 110]);
    assert.match(picks().at(-1).path, /checkouts\/.*\/consignments\/c1\?include=x$/);
  });

  test('of another checkout: nothing is chosen for this one', async () => {
    await free(FLAT);
    await world.page.evaluate(() => sessionStorage.setItem('voucherbridge-shipping', 'other c1 option-flat '));
    await world.open();
    await read();
    await remove();
    assert.equal(shop.consignments.get('c1'), null);
  });
});

describe('the shopper takes another option', () => {
  const own = async () => {
    await free();
    const answer = await choose(FLAT, 'c1', { headers: { 'x-page': 'yes' } });
    assert.deepEqual(chosen(answer), [FLAT, 110]);
  };

  test('and keeps it, whatever else changes', async () => {
    await own();
    assert.deepEqual(chosen(await billing()), [FLAT, 110]);
    holder.taking([OTHER], [FREESHIP, TAKE]);
    assert.deepEqual(chosen(await coupon('TAKE20')), [FLAT, 90]);
    assert.deepEqual(chosen(await choose(BY_WEIGHT, 'c1', { headers: { 'x-page': 'yes' } })), [BY_WEIGHT, 85]);
    assert.equal(picks().length, 0);
  });

  test('also on the next page', async () => {
    await own();
    await world.open();
    await read();
    assert.deepEqual(chosen(await billing()), [FLAT, 110]);
    assert.equal(picks().length, 0);
  });

  test('which is chosen again when the code leaves, and free again when it comes back', async () => {
    await own();
    assert.deepEqual(chosen(await remove()), [FLAT, 110]);
    await holder.apply(FREESHIP);
    assert.equal(shop.consignments.get('c1'), FREE);
  });

  test('and the free one again', async () => {
    await own();
    assert.deepEqual(chosen(await choose(FREE)), [FREE, 100]);
    assert.deepEqual(chosen(await world.send('PUT', `consignments/c1?${S}`, { address: {} })), [FREE, 100]);
  });

  test('without a code of free shipping: nothing is chosen for them', async () => {
    shop.ownFree = true;
    await shipped(FREE);
    await holder.apply(SAVE);
    assert.deepEqual(chosen(await choose(FLAT)), [FLAT, 100]);
    assert.deepEqual(chosen(await world.send('PUT', `consignments/c1?${S}`, { address: {} })), [null, 90]);
    await remove();
    assert.equal(picks().filter(({ body }) => !body.includes('address')).length, 1, 'the page\'s');
  });
});

describe('something fails', () => {
  for (const [what, says] of Object.entries({ 400: { status: 400, body: {} }, 409: { status: 409, body: {} }, 500: { status: 500, body: '' } })) {
    test(`the selection, with ${what}: the page gets the coupon, and the next change mends it`, async () => {
      await shipped();
      holder.taking([NATIVE], [FREESHIP]);
      shop.says = ({ method }, below) => method === 'PUT' && below === 'consignments' && says;
      const answer = await coupon('FREESHIP');
      assert.equal(answer.status, 200);
      assert.deepEqual(chosen(answer), [null, 100]);
      assert.equal(world.sent('backend', 'DELETE', /./).length, 0);
      shop.says = () => null;
      // The page takes what is recommended: that is no choice of the shopper.
      assert.deepEqual(chosen(await choose(BY_WEIGHT)), [FREE, 100]);
    });
  }

  test('the selection, without an answer', async () => {
    await shipped();
    holder.taking([NATIVE], [FREESHIP]);
    world.store = (call) => (call.method === 'PUT' && /consignments/.test(call.path) ? null : shop.answer(call));
    const answer = await coupon('FREESHIP');
    assert.deepEqual(chosen(answer), [null, 100]);
  });
});

describe('something but the selection fails', () => {
  test('the backend, when there is an address: the shipping is free all the same', async () => {
    await holder.having(FREESHIP);
    for (const says of [null, { status: 500, body: {} }]) {
      world.backend = () => says;
      assert.deepEqual(chosen(await address('c1')), [FREE, 100]);
    }
  });

  test('the backend, when the code is taken off: what was chosen before is chosen again', async () => {
    await free(FLAT);
    world.backend = () => null;
    assert.deepEqual(chosen(await remove()), [FLAT, 110]);
  });

  test('the backend, on the next page: nothing is done that is not known', async () => {
    await free(FLAT);
    await world.open();
    await read();
    world.backend = () => null;
    assert.deepEqual(chosen(await billing()), [FREE, 100]);
    assert.notEqual(await kept(), '');
  });

  test('the selection after the code left: left to the page', async () => {
    await free(FLAT);
    shop.says = ({ method }, below) => method === 'PUT' && below === 'consignments' && { status: 500, body: {} };
    const answer = await remove();
    assert.equal(answer.status, 200);
    assert.deepEqual(chosen(answer), [null, 100]);
  });

  test('the reading of the options', async () => {
    await free(FLAT);
    shop.ship('c1', {});
    shop.says = ({ method }) => method === 'GET' && { status: 500, body: {} };
    assert.deepEqual(chosen(await billing()), [null, 100]);
    shop.says = () => null;
    assert.deepEqual(chosen(await billing()), [FREE, 100]);
  });

  test('storage is forbidden: all works but on the next page', async () => {
    world.html.before = `<script>Storage.prototype.setItem = Storage.prototype.getItem = () => { throw new Error('forbidden'); };</script>`;
    await free(FLAT);
    assert.equal(shop.consignments.get('c1'), FREE);
    assert.deepEqual(chosen(await remove()), [FLAT, 110]);
    await until(() => world.sent('backend', 'DELETE', /./).length === 1, 'the removal');
  });
});
