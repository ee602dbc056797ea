import { expect, test } from '../support/fixtures';
import { picture } from '../support/picture';
import type { Shop } from '../support/shop';

// A gift card that cannot be used gets one clear sentence, and nothing is locked or made for it.

test.beforeEach(async ({ shop, store }) => {
  await store.connect();
  await shop.ownTime();
});

const CARDS = [
  { code: 'GIFTEMPTY', balance: 0, sentence: 'This gift card has no money left.' },
  { code: 'GIFTEXPIRED', balance: 5000, sentence: 'This code has expired.' },
  { code: 'GIFTDISABLED', balance: 5000, sentence: 'This code is no longer active.' },
  { code: 'GIFTNOTYET', balance: 5000, sentence: 'This code is not valid yet.' },
  {
    code: 'GIFTVIP',
    balance: 10000,
    sentence:
      'This code is not available to you as a guest. If you have an account, please sign in.',
  },
];

test('cards that are empty, expired, disabled, too early or for somebody else', async ({
  shop,
  store,
  cards,
  newShopper,
}) => {
  await shop.checkoutWith(['Headphones']);
  for (const { code, balance, sentence } of CARDS) {
    await test.step(code, async () => {
      await shop.applyCode(code);
      await shop.readsOnly(sentence);
      await expect(cards.rows).toHaveCount(0);
      await cards.free({ [code]: balance });
      await picture(shop.page, code);
    });
  }
  await expect(shop.total('grand-total')).toHaveText('$134.00');
  expect(await store.bigcommerce.codesSent()).toEqual({ coupons: [], certificates: [] });
  expect((await store.bigcommerce.state()).certificates).toEqual([]);

  // The customer it is for can use it.
  const bob = await newShopper();
  await bob.checkoutWith(['Headphones'], { customer: 'bob' });
  await bob.applyCode('GIFTVIP');
  await expect(bob.page.getByTestId('certificate-amount')).toHaveText('-$100.00');
  await picture(bob.page, 'GIFTVIP for its customer');
});

test('a card beside a gift certificate that is for sale', async ({ shop, store, cards }) => {
  const { page } = shop;
  await page.goto('/gift-certificates');
  for (const who of ['to', 'from']) {
    await page.getByTestId(`certificate-${who}-name`).fill('Ada');
    await page.getByTestId(`certificate-${who}-email`).fill('ada@example.com');
  }
  await page.getByTestId('certificate-add').click();
  await expect(page.getByTestId('certificate-result')).toContainText('in your cart');
  await shop.checkoutWith(['Headphones']);
  const sentence = 'Gift cards cannot be used while a gift certificate is in the cart.';
  await refused(shop, 'GIFT50', sentence);
  await refused(shop, 'GIFT50, GIFT25', `GIFT50: ${sentence} GIFT25: ${sentence}`);
  await picture(page, 'a certificate for sale');
  await cards.free({ GIFT50: 5000, GIFT25: 2500 });
  expect((await store.bigcommerce.state()).certificates).toEqual([]);
});

test("a card in another currency than the project's", async ({ shop, store, cards }) => {
  await shop.page.goto('/');
  await shop.page.getByTestId('currency').selectOption('EUR');
  await expect(shop.page.getByTestId('price-113')).toHaveText('€18.31');
  await shop.checkoutWith(['Phone case']);
  await refused(shop, 'GIFT50', 'This code cannot be used in the currency of your cart.');
  await expect(shop.total('grand-total')).toHaveText('€22.91');
  await picture(shop.page, 'another currency');
  await cards.free({ GIFT50: 5000 });
  expect((await store.bigcommerce.state()).certificates).toEqual([]);
});

test('a card that another checkout holds is in use there', async ({ shop, cards, newShopper }) => {
  const other = await newShopper();
  await other.checkoutWith(['Headphones'], { email: 'other@example.com' });
  await other.applyCode('GIFT50');
  await expect(other.page.getByTestId('certificate-amount')).toHaveText('-$50.00');
  await shop.checkoutWith(['Headphones']);
  await refused(shop, 'GIFT50', 'This code is in use in another checkout.');
  await picture(shop.page, 'in use');
  await expect(cards.rows).toHaveCount(0);
});

async function refused(shop: Shop, entry: string, sentence: string): Promise<void> {
  await shop.applyCode(entry);
  await shop.readsOnly(sentence);
  await expect(shop.page.getByTestId('certificate')).toHaveCount(0);
}
