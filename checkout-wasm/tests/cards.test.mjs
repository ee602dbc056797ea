// Gift cards: native certificates, alone and beside coupons.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { CHECKOUT, NATIVE, SENTENCE, World, appliedCode, launch, until } from './harness.mjs';
import { Shop } from './shop.mjs';

const CARD = 'CARD1-000000';

let browser;
let world;
let shop;
let bridge;

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

const gift = (code = 'CARD1', options = {}) => world.send('POST', 'gift-certificates?include=gifts', { giftCertificateCode: code }, options);
const coupon = (code = 'CARD1', options = {}) => world.send('POST', 'coupons?include=coupons', { couponCode: code }, options);
const put = () => world.send('PUT', 'consignments/1?include=x', { shippingOptionId: '2' });
const seen = (answer) => {
  const { coupons, giftCertificates, outstandingBalance } = JSON.parse(answer.text);
  return [coupons.map((one) => one.discountedAmount), giftCertificates.map(({ used }) => used), outstandingBalance];
};
const order = () => [...world.calls.store.map((call) => ({ ...call, to: 'store' })), ...world.calls.backend.map((call) => ({ ...call, to: 'backend' }))]
  .sort((a, b) => a.at - b.at)
  .map(({ method, path }) => `${method} ${path.split('?')[0].split('/').slice(-1)[0]}`);
const notice = () => world.page.locator('#voucherbridge-notice [role=status]');
const told = async (name) => (await world.events()).filter((event) => event.name === name);
const refreshes = () => world.sent('backend', 'POST', /refresh$/).length;

/** Opens the page and puts cards on the checkout, and perhaps a coupon. */
async function withCards(cards = [['CARD1', 100]], discount = null) {
  bridge.cards = cards;
  bridge.coupon = discount;
  bridge.taking(() => bridge.applied(discount ? [NATIVE, CARD] : [CARD]));
  await world.open();
  assert.equal((await coupon('all')).status, 200);
  world.calls = { store: [], backend: [] };
  await world.page.evaluate(() => { window.seenEvents.length = 0; });
}

for (const by of ['xhr', 'fetch']) {
  test(`a card is a certificate at once where the page asks for one first (${by})`, async () => {
    bridge.cards = [['CARD1', 60]];
    bridge.taking(() => bridge.applied([CARD]));
    await world.open();
    const answer = await gift('CARD1', { by, headers: { 'x-page': 'yes' } });
    assert.equal(answer.status, 200);
    assert.deepEqual(seen(answer), [[], [60], 40]);
    assert.deepEqual(order(), ['POST codes', 'POST gift-certificates']);
    const [sent] = world.calls.store;
    assert.match(sent.path, /include=gifts/);
    assert.equal(sent.headers['x-page'], 'yes');
    assert.deepEqual(JSON.parse(sent.body), { giftCertificateCode: CARD });
    assert.deepEqual(await world.events(), [{ name: 'applied', checkoutId: CHECKOUT, code: 'CARD1', nativeCode: CARD, amount: 6000, currency: 'USD' }]);
  });
}

test('a card is a certificate where the page asks for coupons only', async () => {
  bridge.cards = [['CARD1', 60]];
  bridge.taking(() => bridge.applied([CARD]));
  await world.open();
  const answer = await coupon();
  assert.deepEqual(seen(answer), [[], [60], 40]);
  assert.deepEqual(order(), ['POST codes', 'POST gift-certificates']);
  const [sent] = world.calls.store;
  assert.match(sent.path, new RegExp(`checkouts/${CHECKOUT}/gift-certificates\\?include=coupons$`));
  assert.deepEqual(JSON.parse(sent.body), { giftCertificateCode: CARD });
  assert.equal(sent.headers['x-xsrf-token'], 'to=ken');
});

test('two cards of one entry share a certificate, and what cannot be used is named', async () => {
  bridge.cards = [['CARD1', 30], ['CARD2', 70]];
  const refused = [{ code: 'EMPTY', reason: 'no_balance', message: 'This gift card has no money left.' }, { code: 'OTHER', reason: 'unknown', message: 'This code is not valid.' }];
  bridge.taking(() => bridge.applied([CARD], refused));
  await world.open();
  assert.deepEqual(seen(await gift(' CARD1, CARD2,EMPTY OTHER')), [[], [100], 0]);
  assert.equal(refreshes(), 0);
  await notice().getByText('EMPTY: This gift card has no money left. OTHER: This code is not valid.', { exact: true }).waitFor();
  assert.deepEqual((await world.events()).map(({ name, code, reason }) => [name, code, reason]), [
    ['applied', 'CARD1', undefined],
    ['applied', 'CARD2', undefined],
    ['rejected', 'EMPTY', 'no_balance'],
    ['rejected', 'OTHER', 'unknown'],
  ]);
});

describe('a card and a coupon in one entry', () => {
  for (const first of ['a certificate', 'a coupon only']) {
    test(`from a page that asks for ${first}: the card pays what the coupon leaves`, async () => {
      bridge.cards = [['CARD1', 100]];
      bridge.coupon = 10;
      bridge.taking(() => bridge.applied([NATIVE, CARD]));
      await world.open();
      if (first === 'a certificate') {
        const refused = await gift('SAVE10 CARD1');
        assert.equal(refused.status, 400);
        assert.match(JSON.parse(refused.text).detail, /^Gift Certificate code `SAVE10 CARD1` is invalid$/);
        assert.equal(world.calls.store.length, 0);
      }
      assert.deepEqual(seen(await coupon('SAVE10 CARD1')), [[10], [90], 0]);
      assert.equal(shop.balances[CARD], 90);
      assert.deepEqual(order(), ['POST codes', 'POST coupons', 'POST refresh', `GET ${CHECKOUT}`, 'POST gift-certificates']);
      assert.deepEqual((await told('applied')).map(({ code, amount }) => [code, amount]), [['SAVE10', 1000], ['CARD1', 9000]]);
    });
  }

  test('the coupon is counted by a cart action before the card is asked for again', async () => {
    bridge.cards = [['CARD1', 100]];
    bridge.coupon = 10;
    shop.countsAtReads = false;
    shop.couponSays = () => { shop.counted.set(NATIVE, 5); return { body: shop.checkout() }; };
    bridge.taking(() => bridge.applied([NATIVE, CARD]));
    await world.open();
    assert.deepEqual(seen(await coupon('SAVE10 CARD1')), [[10], [90], 0]);
    const steps = order();
    assert.ok(steps.indexOf('PUT item-1') < steps.indexOf('POST refresh'), steps.join());
  });

  test('with the backend gone in between, the coupon stays and the card is not sent', async () => {
    bridge.cards = [['CARD1', 100]];
    bridge.coupon = 10;
    bridge.taking(() => bridge.applied([NATIVE, CARD]));
    const alive = world.backend;
    world.backend = (call) => (call.path.endsWith('/refresh') ? null : alive(call));
    await world.open();
    assert.deepEqual(seen(await coupon('SAVE10 CARD1')), [[10], [], 90]);
    assert.equal(world.sent('store', 'POST', /gift-certificates/).length, 0);
    await notice().getByText(SENTENCE).waitFor();
    await until(() => bridge.removed.length === 1, 'the removal');
    assert.deepEqual(bridge.removed, [CARD]);
    assert.deepEqual((await world.events()).map(({ name, code }) => [name, code]), [['applied', 'SAVE10'], ['error', 'CARD1']]);
    assert.equal((await world.page.evaluate(() => window.Voucherbridge.codes())).length, 1);
  });

  for (const [what, says] of Object.entries({ 429: () => ({ status: 429, body: {} }), 500: () => ({ status: 500, body: {} }), nothing: () => null })) {
    test(`the certificate request answers ${what}: the coupon stays, the card is given back`, async () => {
      bridge.cards = [['CARD1', 100]];
      bridge.coupon = 10;
      bridge.taking(() => bridge.applied([NATIVE, CARD]));
      shop.certificateSays = says;
      await world.open();
      assert.deepEqual(seen(await coupon('SAVE10 CARD1')), [[10], [], 90]);
      await notice().getByText(SENTENCE).waitFor();
      await until(() => bridge.removed.length === 1, 'the removal');
      assert.deepEqual(bridge.removed, [CARD]);
    });
  }

  test('a coupon that the store does not take gives both back', async () => {
    bridge.cards = [['CARD1', 100]];
    bridge.coupon = 10;
    bridge.taking(() => bridge.applied([NATIVE, CARD]));
    shop.couponSays = () => ({ status: 409, body: { status: 409 } });
    await world.open();
    assert.equal((await coupon('SAVE10 CARD1')).status, 409);
    await until(() => bridge.removed.length === 2, 'the removals');
    assert.deepEqual(bridge.removed.sort(), [CARD, NATIVE]);
    assert.deepEqual(await world.page.evaluate(() => window.Voucherbridge.codes()), []);
  });

  test('nobody comes for it: both are given back', async () => {
    bridge.cards = [['CARD1', 100]];
    bridge.coupon = 10;
    bridge.taking(() => bridge.applied([NATIVE, CARD]));
    await world.openFrozen();
    await gift('SAVE10 CARD1');
    await world.pass(10_100);
    await until(() => bridge.removed.length === 2, 'the removals');
    assert.deepEqual(bridge.removed.sort(), [CARD, NATIVE]);
  });

  test('a card that the coupon leaves nothing to pay for is named and not sent', async () => {
    bridge.cards = [['CARD1', 100]];
    bridge.coupon = 100;
    bridge.taking(() => bridge.applied([NATIVE, CARD]));
    bridge.onRefresh = () => {
      if (bridge.cards.length === 0) return;
      bridge.cards = [];
      bridge.dropped = [{ code: 'CARD1', native_code: CARD, reason: 'nothing_to_pay', message: 'Nothing is left to pay.' }];
    };
    await world.open();
    assert.deepEqual(seen(await coupon('SAVE10 CARD1')), [[100], [], 0]);
    await notice().getByText('Nothing is left to pay.', { exact: true }).waitFor();
    assert.deepEqual(bridge.removed, []);
  });
});

describe('the certificate request fails', () => {
  const cases = {
    429: { says: () => ({ status: 429, body: { status: 429 } }), tries: 1 },
    500: { says: () => ({ status: 500, body: '' }), tries: 4 },
    400: { says: () => ({ status: 400, body: { status: 400 } }), tries: 4 },
    nothing: { says: () => null, tries: 4 },
  };
  for (const [what, { says, tries }] of Object.entries(cases)) {
    test(`with ${what}: the sentence, and the card is given back, also where a coupon is asked for next`, async () => {
      bridge.cards = [['CARD1', 100]];
      bridge.taking(() => bridge.applied([CARD]));
      shop.certificateSays = says;
      await world.open();
      assert.equal(JSON.parse((await gift()).text).detail, SENTENCE);
      assert.equal(JSON.parse((await coupon()).text).detail, SENTENCE);
      await until(() => bridge.removed.length === 1, 'the removal');
      assert.deepEqual(bridge.removed, [CARD]);
      // A browser itself tries again when a connection that it had kept is gone.
      const sent = world.sent('store', 'POST', /./).length;
      assert.ok(sent === tries || (what === 'nothing' && sent > tries), `${sent} tries`);
      assert.equal(world.sent('backend', 'POST', /codes$/).length, 1, 'not asked again');
      assert.deepEqual((await world.events()).map(({ name }) => name), ['error']);
      assert.deepEqual(await world.page.evaluate(() => window.Voucherbridge.codes()), []);
    });
  }

  test('a try whose answer is lost is looked for before it is given up', async () => {
    bridge.cards = [['CARD1', 60]];
    bridge.taking(() => bridge.applied([CARD]));
    shop.certificateSays = (typed) => { shop.certificates = [typed]; return null; };
    await world.open();
    assert.deepEqual(seen(await gift()), [[], [60], 40]);
    assert.deepEqual(bridge.removed, []);
  });

  test('a certificate that the store does not know yet is tried again, always the same', async () => {
    bridge.cards = [['CARD1', 60]];
    bridge.taking(() => bridge.applied([CARD]));
    let tries = 0;
    shop.certificateSays = () => {
      tries += 1;
      if (tries === 3) shop.certificateSays = null;
      return { status: 404, body: { status: 404 } };
    };
    await world.open();
    assert.equal((await gift()).status, 200);
    assert.equal(world.sent('store', 'POST', /gift/).length, 4);
  });
});

test('a refused card gets its sentence from both requests', async () => {
  world.backend = () => ({ body: { outcome: 'rejected', reason: 'no_balance', message: 'This gift card has no money left.' } });
  await world.open();
  assert.equal(JSON.parse((await gift('EMPTY')).text).detail, 'This gift card has no money left.');
  assert.equal(JSON.parse((await coupon('EMPTY')).text).detail, 'This gift card has no money left.');
  assert.equal(world.calls.store.length, 0);
  assert.equal((await told('rejected')).length, 1);
});

test('a coupon beside a card: the card pays less before the page sees it', async () => {
  await withCards();
  bridge.coupon = 10;
  bridge.taking(() => bridge.applied([NATIVE]));
  const refused = await gift('SAVE10');
  assert.equal(refused.status, 400);
  assert.deepEqual(seen(await coupon('SAVE10')), [[10], [90], 0]);
  assert.equal(shop.balances[CARD], 90);
  assert.equal(refreshes(), 1);
  assert.equal(world.sent('store', 'POST', /gift/).length, 0);
  assert.deepEqual((await told('applied')).map(({ code }) => code), ['SAVE10']);
});

test('a coupon beside a card while the backend is silent: the coupon is shown all the same', async () => {
  await withCards();
  bridge.coupon = 10;
  bridge.taking(() => bridge.applied([NATIVE]));
  const alive = world.backend;
  world.backend = (call) => (call.path.endsWith('/refresh') ? { status: 500, body: {} } : alive(call));
  assert.deepEqual(seen(await coupon('SAVE10')), [[10], [90], 0]);
  assert.equal(world.calls.backend.filter(({ method }) => method === 'DELETE').length, 0);
});

test('a card beside a coupon', async () => {
  bridge.coupon = 10;
  bridge.taking(() => bridge.applied([NATIVE]));
  await world.open();
  await coupon('SAVE10');
  bridge.cards = [['CARD1', 90]];
  bridge.taking(() => bridge.applied([CARD]));
  assert.deepEqual(seen(await gift()), [[10], [90], 0]);
  assert.equal(refreshes(), 0);
});

describe('the checkout changes', () => {
  test('the certificate follows what is to be paid, and the page gets no old total', async () => {
    await withCards();
    shop.total = 80;
    assert.deepEqual(seen(await put()), [[], [80], 0]);
    assert.equal(shop.balances[CARD], 80);
    shop.total = 120;
    assert.deepEqual(seen(await put()), [[], [120], 0]);
    assert.equal(refreshes(), 2);
  });

  test('an unchanged certificate costs one question', async () => {
    await withCards();
    assert.deepEqual(seen(await put()), [[], [100], 0]);
    assert.deepEqual(order(), ['PUT 1', 'POST refresh']);
  });

  for (const countsAtReads of [true, false]) {
    test(`a coupon whose amount changes has the card follow (counted at reads: ${countsAtReads})`, async () => {
      await withCards([['CARD1', 90]], 10);
      shop.countsAtReads = countsAtReads;
      bridge.onRefresh = () => { bridge.coupon = 30; };
      assert.deepEqual(seen(await put()), [[30], [70], 0]);
      assert.equal(shop.balances[CARD], 70);
      assert.ok(refreshes() <= 3);
    });
  }

  test('a certificate that no longer holds is taken off, with a sentence', async () => {
    await withCards();
    bridge.onRefresh = () => {
      bridge.cards = [];
      bridge.dropped = [{ code: 'CARD1', native_code: CARD, reason: 'rules_not_met', message: 'The code CARD1 was taken off.' }];
    };
    assert.deepEqual(seen(await put()), [[], [], 100]);
    assert.equal(world.sent('store', 'DELETE', new RegExp(`gift-certificates/${CARD}\\?include=x$`)).length, 1);
    await notice().getByText('The code CARD1 was taken off.', { exact: true }).waitFor();
    assert.deepEqual((await world.events()).map(({ name, code, reason }) => [name, code, reason]), [['removed', 'CARD1', 'rules_not_met']]);
    assert.deepEqual(bridge.removed, []);
  });

  test('a card that leaves a certificate to the others is told', async () => {
    await withCards([['CARD1', 40], ['CARD2', 60]]);
    bridge.onRefresh = () => {
      if (bridge.cards.length === 1) return;
      bridge.cards = [['CARD2', 60]];
      bridge.dropped = [{ code: 'CARD1', native_code: '', reason: 'expired', message: 'It is over.' }];
    };
    assert.deepEqual(seen(await put()), [[], [60], 40]);
    assert.equal(world.sent('store', 'DELETE', /./).length, 0);
    assert.deepEqual((await world.page.evaluate(() => window.Voucherbridge.codes())).map(({ code }) => code), ['CARD2']);
  });

  test('a refresh that fails after the first leaves what is known', async () => {
    await withCards([['CARD1', 90]], 10);
    const alive = world.backend;
    let asked = 0;
    bridge.onRefresh = () => { bridge.coupon = 30; };
    world.backend = (call) => {
      if (call.path.endsWith('/refresh') && (asked += 1) > 1) return null;
      return alive(call);
    };
    const [coupons] = seen(await put());
    assert.deepEqual(coupons, [30]);
  });
});

describe('taken off', () => {
  for (const by of ['xhr', 'fetch']) {
    test(`a certificate lets go of all its cards (${by})`, async () => {
      await withCards([['CARD1', 40], ['CARD2', 60]]);
      const answer = await world.send('DELETE', `gift-certificates/${CARD}`, undefined, { by });
      assert.deepEqual(seen(answer), [[], [], 100]);
      await until(() => bridge.removed.length === 1, 'the removal');
      assert.deepEqual(bridge.removed, [CARD]);
      assert.deepEqual((await world.events()).map(({ name, code, nativeCode, reason }) => [name, code, nativeCode, reason]), [
        ['removed', 'CARD1', CARD, 'removed'],
        ['removed', 'CARD2', CARD, 'removed'],
      ]);
      assert.deepEqual(await world.page.evaluate(() => window.Voucherbridge.codes()), []);
    });
  }

  test('a coupon: the card pays more before the page sees a total', async () => {
    await withCards([['CARD1', 90]], 10);
    world.backend = ((alive) => (call) => {
      if (call.method === 'DELETE') bridge.coupon = null;
      return alive(call);
    })(world.backend);
    assert.deepEqual(seen(await world.send('DELETE', `coupons/${NATIVE}?include=x`)), [[], [100], 0]);
    assert.deepEqual(bridge.removed, [NATIVE]);
  });

  test('and typed again: the same native code', async () => {
    await withCards();
    await world.send('DELETE', `gift-certificates/${CARD}`);
    await until(() => bridge.removed.length === 1, 'the removal');
    assert.deepEqual(seen(await gift()), [[], [100], 0]);
    assert.deepEqual((await told('applied')).map(({ code }) => code), ['CARD1']);
  });
});

test('typed again while it is there: nothing is given back, even if the store says no', async () => {
  await withCards();
  assert.deepEqual(seen(await gift()), [[], [100], 0]);
  shop.certificateSays = () => ({ status: 429, body: { status: 429 } });
  assert.deepEqual(seen(await gift()), [[], [100], 0]);
  await put();
  assert.deepEqual(bridge.removed, []);
  assert.equal((await world.page.evaluate(() => window.Voucherbridge.codes())).length, 1);
});

test('a certificate of an earlier page is known, looked at and removed by the small API', async () => {
  await withCards();
  shop.total = 70;
  await world.page.evaluate(() => sessionStorage.clear());
  await world.open();
  await world.send('GET', '?include=x');
  assert.deepEqual(await world.page.evaluate(() => window.Voucherbridge.codes()), [{ nativeCode: CARD }]);
  assert.deepEqual(seen(await put()), [[], [70], 0]);
  assert.equal((await world.page.evaluate((native) => window.Voucherbridge.remove(native), CARD)).ok, true);
  assert.equal(world.sent('store', 'DELETE', new RegExp(`/gift-certificates/${CARD}$`)).length, 1);
  await until(() => bridge.removed.length === 1, 'the removal');
});

test('the small API applies several codes at once', async () => {
  bridge.cards = [['CARD1', 100]];
  bridge.coupon = 10;
  bridge.taking(() => bridge.applied([NATIVE, CARD]));
  await world.open();
  await world.send('GET', '');
  const result = await world.page.evaluate(async () => {
    const { ok, checkout } = await window.Voucherbridge.apply('SAVE10, CARD1');
    return [ok, checkout.coupons.length, checkout.giftCertificates[0].used, window.Voucherbridge.codes().map(({ amount }) => amount)];
  });
  assert.deepEqual(result, [true, 1, 90, [1000, 9000]]);
});
