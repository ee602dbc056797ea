import { el, fill, whileBusy } from '../lib/dom';
import { money } from '../lib/money';
import { picture } from '../lib/pictures';
import { couponName, linePrice } from '../lib/prices';
import { couponBox } from './coupon-box';
import { service, type Checkout } from './service';

/** The order summary: redrawn with every change of the checkout, around a coupon box that stays. */
export function summary(): HTMLElement {
  const items = el('ul.lines', { 'data-test': 'summary-items' });
  const totals = el('dl.totals', { 'data-test': 'summary-totals' });
  service.subscribe(
    ({ data }) => {
      const checkout = data.getCheckout();
      if (!checkout) return;
      fill(items, ...lines(checkout));
      fill(totals, ...rows(checkout));
    },
    ({ data }) => data.getCheckout(),
  );
  return el(
    'aside.card.summary',
    { 'aria-label': 'Order summary' },
    el('h2', {}, 'Order summary'),
    items,
    couponBox(),
    totals,
  );
}

function lines({ cart }: Checkout): HTMLElement[] {
  const items = [...cart.lineItems.physicalItems, ...cart.lineItems.digitalItems];
  const certificates = cart.lineItems.giftCertificates.map((item) =>
    el(
      'li.line',
      { 'data-test': 'summary-line-certificate' },
      el('div.line-name', {}, el('strong', {}, item.name)),
      el('span.line-price', {}, money(item.amount, cart.currency.code)),
    ),
  );
  const products = items.map((item) =>
    el(
      'li.line',
      { 'data-test': `summary-${item.addedByPromotion ? 'free-' : ''}line-${item.productId}` },
      picture(item.productId),
      el(
        'div.line-name',
        {},
        el('strong', {}, `${item.quantity} × ${item.name}`),
        el('span.note', {}, (item.options ?? []).map((option) => option.value).join(', ')),
      ),
      linePrice(item, cart.currency.code, `summary-price-${item.productId}`),
    ),
  );
  return [...products, ...certificates];
}

function rows(checkout: Checkout): HTMLElement[] {
  const currency = checkout.cart.currency.code;
  const plain = (name: string, label: string, amount: number | string) => [
    el('dt', {}, label),
    el('dd', { 'data-test': name }, typeof amount === 'number' ? money(amount, currency) : amount),
  ];
  const discounts = checkout.cart.discountAmount;
  return [
    ...plain('subtotal', 'Subtotal', checkout.subtotal),
    ...(discounts > 0 ? plain('discounts', 'Discounts', -discounts) : []),
    ...checkout.coupons.flatMap((coupon) =>
      codeRow(
        'coupon',
        coupon.code,
        -coupon.discountedAmount,
        currency,
        () => service.removeCoupon(coupon.code),
        couponName(coupon),
      ),
    ),
    ...plain('shipping', 'Shipping', shippingChosen(checkout) ? checkout.shippingCostTotal : '–'),
    ...checkout.taxes
      .filter((tax) => tax.amount > 0)
      .flatMap((tax) => plain('tax', taxLabel(checkout, tax.name), tax.amount)),
    ...total(checkout, plain),
    ...checkout.giftCertificates.flatMap((certificate) =>
      codeRow(
        'certificate',
        certificate.code,
        -certificate.used,
        currency,
        () => service.removeGiftCertificate(certificate.code),
        `${money(certificate.remaining, currency)} remain on it`,
      ),
    ),
    ...(checkout.giftCertificates.length > 0 ? outstanding(checkout, plain) : []),
  ];
}

function taxLabel({ cart }: Checkout, name: string): string {
  return cart.isTaxIncluded ? `${name}, included in the prices` : name;
}

function outstanding(
  checkout: Checkout,
  plain: (name: string, label: string, amount: number) => HTMLElement[],
): HTMLElement[] {
  const left = checkout.outstandingBalance;
  return plain('outstanding', left > 0 ? 'Left to pay' : 'Nothing left to pay', left);
}

function total(
  checkout: Checkout,
  plain: (name: string, label: string, amount: number) => HTMLElement[],
): HTMLElement[] {
  const cells = plain('grand-total', `Total (${checkout.cart.currency.code})`, checkout.grandTotal);
  for (const cell of cells) cell.classList.add('grand');
  return cells;
}

/** One applied code with its amount and a button that takes it off again. */
function codeRow(
  kind: 'coupon' | 'certificate',
  code: string,
  amount: number,
  currency: string,
  remove: () => Promise<unknown>,
  note?: string | null,
): HTMLElement[] {
  const button = el(
    'button.link',
    {
      type: 'button',
      'aria-label': `Remove ${code}`,
      'data-test': `${kind}-remove`,
      'data-code': code,
    },
    'Remove',
  );
  button.addEventListener('click', () => {
    // A failed removal leaves the row: the server still has the code, and so does the page.
    void whileBusy(button, () => remove().then(ignore, ignore));
  });
  return [
    el(
      'dt.code',
      { 'data-test': kind, 'data-code': code },
      el('code', {}, code),
      button,
      note && el('span.note', { 'data-test': `${kind}-note`, 'data-code': code }, note),
    ),
    el('dd', { 'data-test': `${kind}-amount`, 'data-code': code }, money(amount, currency)),
  ];
}

function shippingChosen({ consignments }: Checkout): boolean {
  return consignments.some((consignment) => consignment.selectedShippingOption);
}

function ignore(): void {}
