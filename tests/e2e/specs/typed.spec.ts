// What shoppers type, paste and dictate: odd marks, characters that nobody sees, a phone's dashes.
import { expect, test } from '../support/fixtures';
import { picture } from '../support/picture';
import { redeemedOnce } from '../support/redeemed';

const CASES = [
  { what: 'an apostrophe', text: "DON'T10", code: "DON'T10", visible: 'DON-T10', discount: 1290 },
  {
    what: 'the apostrophe of a phone',
    text: 'DON\u2019T10',
    code: "DON'T10",
    visible: 'DON-T10',
    discount: 1290,
  },
  { what: 'a currency sign', text: '10€OFF', code: '10€OFF', visible: '10-OFF', discount: 1000 },
  {
    what: 'a copied code with a dash of a phone',
    text: '\u200bEASY\u20135\u00a0',
    code: 'EASY-5',
    visible: 'EASY-5',
    discount: 500,
  },
  {
    what: 'a code with a space',
    text: ' CAT\u00a0BIRD',
    code: 'CAT BIRD',
    visible: 'CAT-BIRD',
    discount: 645,
  },
];

for (const { what, text, code, visible, discount } of CASES) {
  test(`${what} in a code goes the whole way to the order`, async ({ shop, store }) => {
    await store.connect();
    await shop.checkoutWith(['Headphones']);
    await shop.applyCode(text);
    const native = await shop.nativeCode(visible);
    await expect(shop.couponAmount()).toHaveText(`-$${(discount / 100).toFixed(2)}`);
    await expect(shop.page.getByTestId('coupon')).toContainText(code);
    expect(await shop.messages()).toEqual([]);
    await picture(shop.page, what);
    const number = await shop.placeOrder('cod');
    await redeemedOnce(store, { code, number, native, amount: 12_900, discount });
  });
}

test('codes on two lines, as a theme may hand them over, are two codes', async ({
  shop,
  store,
}) => {
  await store.connect();
  await shop.checkoutWith(['Headphones']);
  const lines = 'SAVE10\r\nTAKE20\n';
  const answer = await shop.page.evaluate((text) => window.Voucherbridge.apply(text), lines);
  expect(answer.ok).toBe(true);
  const held = await shop.page.evaluate(() => window.Voucherbridge.codes());
  expect(held.map(({ code }) => code)).toEqual(['SAVE10', 'TAKE20']);
});

test('small letters are worth a word where a code is not known', async ({ shop, store }) => {
  await store.connect();
  await shop.ownTime();
  await shop.checkoutWith(['Headphones']);
  await shop.isRefused('save10', 'This code is not valid. Please check capital and small letters.');
});
