import { expect, test } from '../support/fixtures';
import { redeemedOnce } from '../support/redeemed';
import type { CustomerName, ProductName } from '../support/products';

interface Case {
  code: string;
  visible?: string;
  customer?: CustomerName;
  products: ProductName[];
  /** Hundredths. */
  amount: number;
  discount: number;
}

// Percentages and amounts, by guests and by customers of both groups.
const CASES: Case[] = [
  { code: 'SAVE10', products: ['iPhone 8', 'T-shirt'], amount: 82400, discount: 8240 },
  { code: 'SAVE10', products: ['Socks'], amount: 750, discount: 75 },
  { code: 'SAVE10', products: ['Charger'], amount: 2995, discount: 300 },
  { code: 'TAKE20', products: ['Headphones'], amount: 12900, discount: 2000 },
  { code: 'TAKE20', products: ['Phone case'], amount: 1990, discount: 1990 },
  {
    code: 'SPRING/SALE+10%',
    visible: 'SPRING-SALE-10-',
    products: ['Phone case'],
    amount: 1990,
    discount: 199,
  },
  { code: 'WELCOME5', customer: 'alice', products: ['T-shirt'], amount: 2500, discount: 500 },
  { code: 'PHONES10', customer: 'alice', products: ['iPhone 8'], amount: 79900, discount: 7990 },
  { code: 'STAFF25', customer: 'bob', products: ['Headphones'], amount: 12900, discount: 3225 },
];

const SHIPPING = 500;
const dollars = (hundredths: number) => `$${(hundredths / 100).toFixed(2)}`;

for (const { code, visible = code, customer, products, amount, discount } of CASES) {
  const who = customer ?? 'a guest';
  test(`${who} buys ${products.join(' and ')} with ${code}`, async ({ shop, store }) => {
    await store.connect();
    await shop.checkoutWith(products, { customer });
    await expect(shop.total('grand-total')).toHaveText(dollars(amount + SHIPPING));

    await shop.applyCode(code);
    const native = await shop.nativeCode(visible);
    await expect(shop.couponAmount()).toHaveText(`-${dollars(discount)}`);
    await expect(shop.total('subtotal')).toHaveText(dollars(amount));
    await expect(shop.total('grand-total')).toHaveText(dollars(amount - discount + SHIPPING));
    expect(await shop.messages()).toEqual([]);

    const number = await shop.placeOrder('cod');
    await expect(shop.page.getByTestId('order-coupon')).toHaveText(`-${dollars(discount)}`);
    await redeemedOnce(store, { code, number, native, amount, discount });
  });
}

test('a code for staff is refused to others', async ({ shop, store }) => {
  await store.connect();
  await shop.ownTime();
  await shop.checkoutWith(['Headphones'], { customer: 'alice' });
  await shop.applyCode('STAFF25');
  await shop.readsOnly('This code is not available for your account.');
  expect(await shop.couponCodes()).toEqual([]);
  await expect(shop.total('grand-total')).toHaveText('$134.00');
});

const REFUSED = {
  'NO-SUCH-CODE': 'This code is not valid.',
  EXPIRED10: 'This code has expired.',
  NOTYET10: 'This code is not valid yet.',
  DISABLED10: 'This code is no longer active.',
  BIG100: 'Your cart does not meet the conditions of this code.',
  PHONES10: 'Your cart does not meet the conditions of this code.',
};

test('each refused code has its own sentence, and the order goes on', async ({ shop, store }) => {
  await store.connect();
  await shop.ownTime();
  await shop.checkoutWith(['Socks']);
  for (const [code, sentence] of Object.entries(REFUSED)) {
    await shop.applyCode(code);
    await shop.readsOnly(sentence);
  }
  expect(await shop.couponCodes()).toEqual([]);
  // What was refused is not in the way of what is good, and its sentence is gone.
  await shop.applyCode('SAVE10');
  await shop.nativeCode('SAVE10');
  expect(await shop.messages()).toEqual([]);
  await shop.placeOrder('cod');
});

test('a code is taken off, and works again', async ({ shop, store }) => {
  await store.connect();
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('ONCE15');
  const first = await shop.nativeCode('ONCE15');
  await expect(shop.total('grand-total')).toHaveText('$114.65');
  expect((await store.voucherify.voucher('ONCE15')).held_quantity).toBe(1);

  await shop.removeCoupon();
  await expect(shop.total('grand-total')).toHaveText('$134.00');
  await store.until(async () => (await store.bigcommerce.ourPromotions()).length === 0);
  await store.until(async () => (await store.voucherify.voucher('ONCE15')).held_quantity === 0);

  await shop.applyCode('ONCE15');
  const native = await shop.nativeCode('ONCE15');
  expect(native).not.toBe(first);
  await expect(shop.total('grand-total')).toHaveText('$114.65');
  const number = await shop.placeOrder('cod');
  await redeemedOnce(store, { code: 'ONCE15', number, native, amount: 12900, discount: 1935 });
});

test('a second code joins the coupon of the first', async ({ shop, store }) => {
  await store.connect();
  await shop.ownTime();
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('SAVE10');
  const native = await shop.nativeCode('SAVE10');
  await shop.applyCode('TAKE20');
  await expect(shop.total('grand-total')).toHaveText('$101.10');
  expect(await shop.couponCodes()).toEqual([native]);
  expect(await shop.messages()).toEqual([]);
});

test('a code stays when the page is loaded again, and can be removed then', async ({
  shop,
  store,
}) => {
  await store.connect();
  await shop.checkoutWith(['Headphones']);
  await shop.applyCode('ONCE15');
  const native = await shop.nativeCode('ONCE15');
  await shop.openCheckout();
  expect(await shop.nativeCode('ONCE15')).toBe(native);
  await shop.removeCoupon();
  await store.until(async () => (await store.voucherify.voucher('ONCE15')).held_quantity === 0);
  await store.until(async () => (await store.bigcommerce.ourPromotions()).length === 0);
});
