// Gift cards that are on a checkout: it changes, they are taken off, the next page finds them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NATIVE, until } from './harness.mjs';
import { CARD, bridge, coupon, gift, notice, order, put, refreshes, seen, shop, told, withCards, world } from './with-cards.mjs';

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
});

describe('the checkout changes and a card leaves', () => {
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
