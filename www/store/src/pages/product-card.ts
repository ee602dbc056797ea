import { el, whileBusy } from '../lib/dom';
import type { Product } from '../lib/catalogue';
import { pageContext } from '../lib/context';
import { price } from '../lib/money';
import { picture } from '../lib/pictures';
import { retailPrice } from '../lib/prices';
import type { NewItem } from '../lib/storefront';

/** A product with its price and, unless it is sold out, what is needed to buy it. */
export function productCard(product: Product, add: (item: NewItem) => Promise<void>): HTMLElement {
  const soldOut = pageContext().soldOut.includes(product.id);
  return el(
    'li.product',
    { 'data-test': `product-${product.id}` },
    picture(product.id),
    el('h3', {}, product.name),
    el('p.about', {}, product.about),
    el(
      'p.price',
      {},
      el('span', { 'data-test': `price-${product.id}` }, price(product.price)),
      product.retailPrice ? retailPrice(price(product.retailPrice), product.id) : null,
    ),
    soldOut
      ? el('p.sold-out', { 'data-test': `sold-out-${product.id}` }, 'Sold out')
      : buyForm(product, add),
  );
}

function buyForm(product: Product, add: (item: NewItem) => Promise<void>): HTMLElement {
  const variant = product.variants && variantSelect(product);
  const text = product.asks && textInput(product, product.asks);
  const button = el(
    'button.primary',
    {
      type: 'submit',
      'data-test': `add-${product.id}`,
      'aria-label': `Add ${product.name} to cart`,
    },
    'Add to cart',
  );
  const form = el('form.buy', {}, variant, text, button);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const said = product.asks && text && { optionId: product.asks.id, optionValue: text.value };
    const item = {
      productId: product.id,
      ...(variant ? { variantId: Number(variant.value) } : {}),
      ...(said ? { optionSelections: [said] } : {}),
      quantity: 1,
    };
    void whileBusy(button, () => add(item));
  });
  return form;
}

function variantSelect(product: Product): HTMLSelectElement {
  const options = (product.variants ?? []).map(({ id, label }) =>
    el('option', { value: id }, label),
  );
  return el(
    'select',
    { 'aria-label': `${product.name}: size`, 'data-test': `variant-${product.id}` },
    ...options,
  );
}

function textInput(
  product: Product,
  { label, maximum }: NonNullable<Product['asks']>,
): HTMLInputElement {
  return el('input', {
    'aria-label': `${product.name}: ${label}`,
    placeholder: label,
    required: true,
    maxlength: maximum,
    'data-test': `text-${product.id}`,
  });
}
