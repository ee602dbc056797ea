// Gift cards: typed, alone and with coupons, they become native certificates.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CHECKOUT, NATIVE, SENTENCE, until } from './harness.mjs';
import { CARD, bridge, coupon, gift, notice, order, refreshes, seen, shop, told, withCards, world } from './with-cards.mjs';

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
});

describe('a card and a coupon in one entry, of which something fails', () => {
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
});

describe('a card and a coupon in one entry, of which not both come', () => {
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
