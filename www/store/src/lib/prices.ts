import { el } from './dom';
import { money } from './money';

/** What a line of a cart or an order needs for its price. */
interface Line {
  productId: number;
  quantity: number;
  extendedSalePrice: number;
  retailPrice?: number | null;
  addedByPromotion?: boolean;
}

/**
 * The price of a line. A free item shows what it would cost, struck through; another one the
 * manufacturer's price where that is higher.
 */
export function linePrice(line: Line, currency: string, name: string): HTMLElement {
  const price = money(line.extendedSalePrice, currency);
  if (line.addedByPromotion) {
    return el(
      'span.line-price',
      { 'data-test': name },
      el('s', {}, price),
      ' ',
      el('strong.free', { 'data-test': `free-${line.productId}` }, 'Free'),
    );
  }
  const retail = (line.retailPrice ?? 0) * line.quantity;
  return el(
    'span.line-price',
    {},
    retail > line.extendedSalePrice && retailPrice(money(retail, currency), line.productId),
    el('span', { 'data-test': name }, price),
  );
}

/** A manufacturer's price, struck through. */
export function retailPrice(text: string, productId: number): HTMLElement {
  return el(
    's',
    { title: 'Retail price', 'data-test': `retail-price-${productId}` },
    el('span.hidden-label', {}, 'Retail price '),
    text,
  );
}

/** The name of a coupon where it says more than the code: the codes that it stands for. */
export function couponName(coupon: { code: string; displayName: string }): string | null {
  return coupon.displayName && coupon.displayName !== coupon.code ? coupon.displayName : null;
}
