import { el } from './dom';

/** A product's drawing; the name beside it says what it is, so it has no text of its own. */
export function picture(productId: number): HTMLElement {
  return el('img.picture', { src: `/shop-assets/products/${productId}.svg`, alt: '' });
}
