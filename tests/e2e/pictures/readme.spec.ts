import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures';

const FOLDER = resolve(import.meta.dirname, '../../../www');

test('the checkout with a code applied', async ({ shop, store }) => {
  await store.connect();
  await shop.checkoutWith(['iPhone 8', 'T-shirt']);
  await shop.applyCode('SAVE10');
  await expect(shop.couponAmount()).toHaveText('-$82.40');
  await take(shop.page, 'screenshot.png');
});

test('the checkout with a coupon and two gift cards', async ({ shop, store, cards }) => {
  await store.connect();
  await shop.checkoutWith(['iPhone 8', 'T-shirt']);
  await shop.applyCode('SAVE10');
  await shop.applyCode('GIFT150, GIFT50');
  await expect(cards.amounts).toHaveText('-$200.00');
  await expect(shop.total('outstanding')).toHaveText('$546.60');
  await take(shop.page, 'screenshot-gift-cards.png');
});

async function take(page: Page, name: string): Promise<void> {
  const path = resolve(FOLDER, name);
  await page.screenshot({ path, caret: 'hide', animations: 'disabled' });
}
