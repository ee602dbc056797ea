import { expect, test } from '../support/fixtures';

const NOT_VALID = 'This code is not valid.';
const CHECK_LETTERS = `${NOT_VALID} Please check capital and small letters.`;
const NO_SUCH_MARK = 'No code has such characters.';

const INPUTS: { what: string; text: string; sentence: string }[] = [
  { what: 'nothing', text: '', sentence: 'Type a code first.' },
  { what: 'spaces', text: '   ', sentence: 'Type a code first.' },
  {
    what: '300 characters',
    text: 'A'.repeat(300),
    sentence: 'A code has at most 200 characters.',
  },
  { what: 'an emoji', text: '🎉', sentence: NOT_VALID },
  { what: 'SQL', text: "' OR 1=1 --", sentence: NOT_VALID },
  { what: 'markup', text: '<script>alert(1)</script>', sentence: CHECK_LETTERS },
  { what: 'what nobody sees', text: '\u200b\ufeff', sentence: 'Please enter a code.' },
  { what: 'the folder above', text: '..', sentence: NO_SUCH_MARK },
  { what: 'a path', text: '../../v3/customers', sentence: CHECK_LETTERS },
  { what: 'a percent sign', text: '%', sentence: NOT_VALID },
  { what: 'another script', text: 'ÄÖÜ割引', sentence: NOT_VALID },
  { what: 'two codes', text: 'ÄÖÜ, 割引', sentence: `ÄÖÜ: ${NOT_VALID} 割引: ${NOT_VALID}` },
];

test('whatever is typed gets one sentence, and breaks nothing', async ({ shop, store }) => {
  await store.connect();
  await shop.ownTime();
  const problems: string[] = [];
  shop.page.on('pageerror', (error) => problems.push(String(error)));
  shop.page.on('dialog', (dialog) => {
    problems.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  shop.page.on('console', (message) => {
    // The browser's own word for an answer of 4xx, which a refusal is.
    const refusal = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !refusal) problems.push(message.text());
  });
  await shop.checkoutWith(['Socks']);
  for (const { what, text, sentence } of INPUTS) {
    await test.step(what, async () => {
      await shop.applyCode(text);
      await shop.readsOnly(sentence);
    });
  }
  expect(problems).toEqual([]);
  expect(await shop.couponCodes()).toEqual([]);
  expect(await store.bigcommerce.codesSent()).toEqual({ coupons: [], certificates: [] });
  expect(await store.bigcommerce.ourPromotions()).toEqual([]);

  await shop.applyCode('  SAVE10  ');
  await shop.nativeCode('SAVE10');
  await shop.placeOrder('cod');
});
