// Several codes: in one native coupon or in several, joined, taken off and compared.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CHECKOUT, NATIVE, SENTENCE, until } from './harness.mjs';
import { holder, shop, steps, world } from './with-holder.mjs';

const OTHER = 'TAKE20-000000';
const RELOAD = 'The amounts of your codes have changed. Reload the page to see the new total.';

const coupon = (code, options) => world.send('POST', 'coupons?include=x', { couponCode: code }, options);
const put = () => world.send('PUT', 'billing-address/1?include=x', { email: 'a@example.com' });
const amounts = (answer) => Object.fromEntries(JSON.parse(answer.text).coupons.map(({ code, discountedAmount }) => [code, discountedAmount]));
const posted = () => world.sent('store', 'POST', /coupons/).map(({ body }) => JSON.parse(body).couponCode);
const removed = () => world.sent('backend', 'DELETE', /./).map(({ path }) => path.split('/').at(-1));
const told = async () => (await world.events()).map(({ name, code }) => [name, code]);
const notice = (text) => world.page.locator('#voucherbridge-notice [role=status]').getByText(text, { exact: true }).waitFor();
const evaluations = () => world.sent('store', 'PUT', /items/).length;

const SAVE = ['SAVE10', NATIVE, 10];
const TAKE = ['TAKE20', OTHER, 20];

describe('a code joins the coupon that is on the checkout', () => {
  const joined = [SAVE, ['MORE5', NATIVE, 5]];

  for (const by of ['xhr', 'fetch']) {
    test(`which is evaluated again, not applied again (${by})`, async () => {
      await holder.having(SAVE);
      holder.taking([NATIVE], joined);
      const refused = await world.send('POST', 'gift-certificates?include=x', { giftCertificateCode: 'MORE5' }, { by });
      assert.equal(refused.status, 400);
      const answer = await coupon('MORE5', { by, headers: { 'x-page': 'yes' } });
      assert.equal(answer.status, 200);
      assert.deepEqual(amounts(answer), { [NATIVE]: 15 });
      assert.deepEqual(steps(), ['POST codes', `GET ${CHECKOUT}`, 'PUT item-1', `GET ${CHECKOUT}`]);
      const [read] = world.sent('store', 'GET', /./);
      assert.match(read.path, /\?include=x$/);
      assert.equal(read.headers['x-page'], 'yes');
      assert.deepEqual(await told(), [['applied', 'MORE5']]);
      assert.deepEqual((await world.page.evaluate(() => window.Voucherbridge.codes())).map(({ amount }) => amount), [1000, 500]);
    });
  }

  test('which the store took off meanwhile: it is applied', async () => {
    await holder.having(SAVE);
    shop.counted.clear();
    holder.taking([NATIVE], joined);
    assert.deepEqual(amounts(await coupon('MORE5')), { [NATIVE]: 15 });
    assert.deepEqual(posted(), [NATIVE]);
  });

  test('and the store answers nothing: the sentence, what was there stays, the next change mends it', async () => {
    await holder.having(SAVE);
    holder.taking([NATIVE], joined);
    for (const says of [() => ({ status: 503, body: {} }), null]) {
      shop.says = ({ method }) => method === 'GET' && (says ? says() : { status: 500, body: 'broken' });
      const answer = await coupon('MORE5');
      assert.equal(answer.status, 400);
      assert.equal(JSON.parse(answer.text).detail, SENTENCE);
    }
    assert.deepEqual(posted(), []);
    assert.deepEqual(removed(), []);
    shop.says = () => null;
    assert.deepEqual(amounts(await put()), { [NATIVE]: 15 });
  });

  test('and the evaluation fails: the page gets what the store says, and a sentence', async () => {
    await holder.having(SAVE);
    holder.taking([NATIVE], joined);
    shop.says = ({ method }, below) => method === 'PUT' && below === 'items' && { status: 500, body: {} };
    const answer = await coupon('MORE5');
    assert.equal(answer.status, 200);
    assert.deepEqual(amounts(answer), { [NATIVE]: 10 });
    await notice(RELOAD);
    assert.deepEqual(removed(), []);
    shop.says = () => null;
    assert.deepEqual(amounts(await put()), { [NATIVE]: 15 });
  });
});

const all = [SAVE, ['MORE5', NATIVE, 5], TAKE];

describe('an entry of several coupons', () => {
  test('of which one is there: only the other is applied, and the page gets final amounts', async () => {
    await holder.having(SAVE);
    holder.taking([NATIVE, OTHER], all);
    assert.deepEqual(amounts(await coupon('MORE5, TAKE20')), { [NATIVE]: 15, [OTHER]: 20 });
    assert.deepEqual(posted(), [OTHER]);
    assert.deepEqual(await told(), [['applied', 'MORE5'], ['applied', 'TAKE20']]);
    assert.deepEqual(removed(), []);
  });

  test('of which the store refuses the new one: it is given back, what was there stays', async () => {
    await holder.having(SAVE);
    shop.limit = 1;
    holder.taking([NATIVE, OTHER], all);
    // Without the other, they are worth more.
    holder.holdingOnRemoval(SAVE, ['MORE5', NATIVE, 7]);
    const answer = await coupon('MORE5, TAKE20');
    assert.equal(answer.status, 200);
    assert.deepEqual(amounts(answer), { [NATIVE]: 17 });
    assert.deepEqual(removed(), [OTHER]);
    assert.ok(steps().indexOf(`DELETE ${OTHER}`) < steps().indexOf('POST refresh'));
    await notice(SENTENCE);
    assert.deepEqual(await told(), [['applied', 'MORE5'], ['error', 'TAKE20']]);
    assert.deepEqual((await world.page.evaluate(() => window.Voucherbridge.codes())).map(({ code }) => code), ['SAVE10', 'MORE5']);
  });
});

describe('an entry of which the store says why it refuses', () => {
  // What recordings of real stores have: a code of its own where the storefront knows why.
  const WHY = 'Coupon code `TAKE20` is not eligible for this checkout';
  const notEligible = (native) => ({ status: 400, body: { code: 'ineligibile', title: 'Incorrect or mismatch', type: 'about:blank', status: 400, detail: `Coupon code \`${native}\` is not eligible for this checkout` } });

  test('of which the store refuses one and says why: the shopper reads it, with the code that was typed', async () => {
    await holder.having(SAVE);
    shop.couponSays = notEligible;
    holder.taking([NATIVE, OTHER], all);
    assert.equal((await coupon('MORE5, TAKE20')).status, 200);
    assert.deepEqual(removed(), [OTHER]);
    await notice(`TAKE20: ${WHY}`);
    const rejected = (await world.events()).filter(({ name }) => name === 'rejected');
    assert.deepEqual(rejected.map(({ code, reason, message }) => [code, reason, message]), [['TAKE20', 'ineligibile', WHY]]);
  });

  test('one alone that the store refuses and says why', async () => {
    shop.couponSays = notEligible;
    holder.taking([OTHER], [TAKE]);
    await world.open();
    const answer = await coupon('TAKE20');
    assert.equal(answer.status, 400);
    assert.equal(JSON.parse(answer.text).detail, WHY);
    await notice(WHY);
    assert.deepEqual(await told(), [['rejected', 'TAKE20']]);
    assert.deepEqual(removed(), [OTHER]);
  });

  test('the backend gone after the refusal: the page has its answer', async () => {
    await holder.having(SAVE);
    shop.limit = 1;
    holder.taking([NATIVE, OTHER], all);
    const alive = world.backend;
    world.backend = (call) => (call.path.endsWith('/codes') ? alive(call) : null);
    const answer = await coupon('MORE5, TAKE20');
    assert.equal(answer.status, 200);
    assert.deepEqual(amounts(answer), { [NATIVE]: 15 });
    await notice(SENTENCE);
  });
});

describe('an entry of several coupons, all of one answer', () => {
  test('which the store says are there already: they stay', async () => {
    holder.taking([NATIVE, OTHER], [SAVE, TAKE]);
    await world.open();
    shop.couponSays = (typed) => {
      shop.counted.set(typed, shop.coupons.get(typed));
      return { status: 400, body: { status: 400, detail: 'already applied' } };
    };
    assert.deepEqual(amounts(await coupon('SAVE10 TAKE20')), { [NATIVE]: 10, [OTHER]: 20 });
    assert.deepEqual(removed(), []);
  });

  for (const [what, says] of Object.entries({ 400: { status: 400, body: {} }, 409: { status: 409, body: {} }, 500: { status: 500, body: '' }, nothing: null })) {
    test(`the store answers ${what} to all: all are given back`, async () => {
      holder.taking([NATIVE, OTHER], [SAVE, TAKE]);
      await world.open();
      shop.couponSays = () => says;
      assert.equal((await coupon('SAVE10 TAKE20')).status, what === '409' ? 409 : 400);
      await until(() => removed().length === 2, 'the removals');
      assert.deepEqual(await world.page.evaluate(() => window.Voucherbridge.codes()), []);
    });
  }
});

describe('what one coupon is worth depends on the others', () => {
  test('a second one came on: the first has its new amount', async () => {
    await holder.having(SAVE);
    holder.taking([OTHER], [['SAVE10', NATIVE, 8], TAKE]);
    // This store evaluates only the coupon that comes.
    shop.couponSays = (typed) => {
      shop.counted.set(typed, shop.coupons.get(typed));
      return { body: shop.checkout() };
    };
    assert.deepEqual(amounts(await coupon('TAKE20')), { [NATIVE]: 8, [OTHER]: 20 });
    assert.equal(evaluations(), 1);
    assert.deepEqual(await told(), [['applied', 'TAKE20']]);
  });

  test('one is taken off: the backend knows before it is asked, and the page gets the new amounts', async () => {
    await holder.having(SAVE, TAKE);
    holder.holdingOnRemoval(['TAKE20', OTHER, 22]);
    assert.deepEqual(amounts(await world.send('DELETE', `coupons/${NATIVE}?include=x`)), { [OTHER]: 22 });
    assert.deepEqual(steps(), [`DELETE ${NATIVE}`, `DELETE ${NATIVE}`, 'POST refresh', `GET ${CHECKOUT}`, 'PUT item-1', `GET ${CHECKOUT}`]);
  });

  test('one is taken off, known only from an answer of the store: held all the same', async () => {
    await holder.having(SAVE, TAKE);
    await world.page.evaluate(() => sessionStorage.clear());
    await world.open();
    await world.send('GET', '?include=x');
    await holder.forget();
    holder.holdingOnRemoval(['TAKE20', OTHER, 22]);
    assert.deepEqual(amounts(await world.send('DELETE', `coupons/${NATIVE}?include=x`)), { [OTHER]: 22 });
  });

  test('one is taken off while the backend is silent: the page waits no longer than it must', async () => {
    holder.taking([NATIVE, OTHER], [SAVE, TAKE]);
    await world.openFrozen();
    await coupon('all');
    await holder.forget();
    world.backend = () => new Promise(() => {});
    const sending = world.send('DELETE', `coupons/${NATIVE}?include=x`);
    await until(() => removed().length === 1, 'the removal');
    await world.pass(4100);
    await until(() => world.sent('backend', 'POST', /refresh/).length === 1, 'the question');
    await world.pass(4100);
    assert.deepEqual(amounts(await sending), { [OTHER]: 20 });
  });

  test('amounts that an evaluation does not put right are evaluated once', async () => {
    await holder.having(SAVE);
    holder.held = [['SAVE10', NATIVE, 9.99]];
    for (let time = 0; time < 3; time += 1) assert.deepEqual(amounts(await put()), { [NATIVE]: 10 });
    assert.equal(evaluations(), 1);
    assert.deepEqual(steps().slice(-2), ['PUT 1', 'POST refresh']);
    holder.hold(['SAVE10', NATIVE, 9]);
    assert.deepEqual(amounts(await put()), { [NATIVE]: 9 });
    assert.equal(evaluations(), 2);
  });
});

describe('a coupon that adds free items', () => {
  const GIFT = ['FREETEE', NATIVE, 0, { free_items: 1 }];

  for (const counts of [true, false]) {
    test(`is right with or without their worth (the store counts it: ${counts})`, async () => {
      shop.gift = { price: 25, counts };
      await holder.having(GIFT, ['TAKE20', OTHER, 20]);
      await put();
      assert.equal(evaluations(), 0);
      holder.hold(['FREETEE', NATIVE, 3, { free_items: 1 }], ['TAKE20', OTHER, 20]);
      assert.deepEqual(amounts(await put()), { [NATIVE]: counts ? 28 : 3, [OTHER]: 20 });
      assert.equal(evaluations(), 1);
    });
  }

  test('whose line is missing is evaluated, and once where it stays away', async () => {
    await holder.having(SAVE);
    holder.hold(['SAVE10', NATIVE, 10], ['FREETEE', NATIVE, 0, { free_items: 1 }]);
    const answer = JSON.parse((await put()).text);
    assert.equal(answer.cart.lineItems.physicalItems[0].addedByPromotion, true);
    assert.equal(evaluations(), 1);
    await holder.forget();
    holder.held = [['SAVE10', NATIVE, 10], ['FREESET', NATIVE, 0, { free_items: 3 }]];
    await put();
    await put();
    assert.equal(evaluations(), 1);
  });
});
