import { expect, test } from '../support/fixtures';

// What each code takes off one cart, and the total with shipping after it.
const KINDS: Record<string, [code: string, off: string, total: string][]> = {
  'on items': [
    ['PHONE15', '$119.85', '$736.55'],
    ['CLOTHES20', '$6.50', '$849.90'],
    ['CASE5', '$5.00', '$851.40'],
    ['CASE15', '$4.90', '$851.50'],
    ['SPREAD30', '$30.00', '$826.40'],
  ],
  'on the order, and by piece': [
    ['CAP20', '$30.00', '$826.40'],
    ['PAY500', '$351.40', '$505.00'],
    ['LUCKY', '$43.00', '$813.40'],
    ['SPREADQTY30', '$30.00', '$826.40'],
    ['EACH2', '$8.00', '$848.40'],
  ],
};

for (const [kind, codes] of Object.entries(KINDS)) {
  test(`every kind of discount ${kind}`, async ({ shop, store }) => {
    await store.connect();
    await shop.checkoutWith(['iPhone 8', 'T-shirt', 'Phone case', 'Socks']);
    await expect(shop.total('grand-total')).toHaveText('$856.40');
    for (const [code, off, total] of codes) {
      await test.step(code, () => shop.tries(code, off, total));
    }
  });
}
