import { expect, test } from '../support/fixtures';
import { hear, listen } from '../support/listen';
import { Shop } from '../support/shop';

test('a theme hears of every code', async ({ shop, store }) => {
  await store.connect();
  await listen(shop.page);
  await shop.checkoutWith(['Headphones']);
  const checkoutId = expect.any(String) as unknown as string;

  await shop.applyCode('TAKE20');
  const nativeCode = await shop.nativeCode('TAKE20');
  const code = { code: 'TAKE20', nativeCode };
  expect(await hear(shop.page)).toEqual([
    { type: 'applied', detail: { checkoutId, ...code, amount: 2000, currency: 'USD' } },
  ]);

  await shop.removeCoupon();
  expect(await hear(shop.page)).toEqual([
    { type: 'removed', detail: { checkoutId, ...code, reason: 'removed' } },
  ]);

  await shop.applyCode('EXPIRED10');
  const message = 'This code has expired.';
  expect(await hear(shop.page)).toEqual([
    { type: 'rejected', detail: { checkoutId, code: 'EXPIRED10', reason: 'expired', message } },
  ]);

  await store.backend.stop();
  await shop.applyCode('TAKE20');
  const unavailable = 'Codes cannot be checked right now. You can still place your order.';
  const detail = { checkoutId, code: 'TAKE20', kind: 'unavailable', message: unavailable };
  expect(await hear(shop.page)).toEqual([{ type: 'error', detail }]);
});

test("a theme applies, lists and removes codes by the page's small API", async ({
  shop,
  store,
}) => {
  await store.connect();
  await shop.checkoutWith(['Headphones']);
  const { page } = shop;
  expect(await page.evaluate(() => window.Voucherbridge.version)).toMatch(/^[0-9a-f]{16}$/);
  expect(await page.evaluate(() => window.Voucherbridge.codes())).toEqual([]);

  const refused = await page.evaluate(() => window.Voucherbridge.apply('EXPIRED10'));
  expect(refused).toEqual({ ok: false, message: 'This code has expired.' });
  const applied = await page.evaluate(() => window.Voucherbridge.apply('TAKE20'));
  expect(applied.ok).toBe(true);
  const codes = await page.evaluate(() => window.Voucherbridge.codes());
  const nativeCode = expect.stringMatching(Shop.native('TAKE20')) as unknown as string;
  expect(codes).toEqual([{ code: 'TAKE20', nativeCode, amount: 2000, currency: 'USD' }]);

  const native = codes[0]!.nativeCode as unknown as string;
  const removed = await page.evaluate((it) => window.Voucherbridge.remove(it), native);
  expect(removed.ok).toBe(true);
  expect(await page.evaluate(() => window.Voucherbridge.codes())).toEqual([]);
  await store.until(async () => (await store.bigcommerce.ourPromotions()).length === 0);
  const sent = await store.bigcommerce.codesSent();
  expect(sent).toEqual({ coupons: [native], certificates: [] });
});
