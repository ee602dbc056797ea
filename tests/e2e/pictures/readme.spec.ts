import { resolve } from 'node:path';
import { expect, test } from '../support/fixtures';

const PICTURE = resolve(import.meta.dirname, '../../../www/screenshot.png');

test('the checkout with a code applied', async ({ shop, store }) => {
  await store.connect();
  await shop.checkoutWith(['iPhone 8', 'T-shirt']);
  await shop.applyCode('SAVE10');
  await expect(shop.couponAmount()).toHaveText('-$82.40');
  await shop.page.screenshot({ path: PICTURE, caret: 'hide', animations: 'disabled' });
});
