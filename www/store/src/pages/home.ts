import '../style/shop.css';
import { byId, el, fill, whileBusy } from '../lib/dom';
import { CATALOGUE, type Category, type Product } from '../lib/catalogue';
import { drawHeader, refreshCount } from '../lib/header';
import { price } from '../lib/money';
import { picture } from '../lib/pictures';
import { addToCart, StorefrontError } from '../lib/storefront';

/** A few codes of the demo, for somebody who came without reading the terminal. */
const CODES: [string, string][] = [
  ['SAVE10', '10 % off the order'],
  ['TAKE20', '$20.00 off'],
  ['ONCE15', '15 % off, for one order only'],
  ['BIG100', '$100.00 off orders from $300.00'],
  ['STAFF25', '25 % off for staff: sign in as bob@example.com'],
  ['GIFT50', 'A gift card of $50.00; it pays for shipping too'],
  ['GIFT150', 'A gift card of $150.00, for orders from $600.00'],
  ['GIFT50, GIFT25', 'Two gift cards in one entry'],
];

drawHeader();
fill(
  byId('main'),
  el(
    'section.hero',
    {},
    el('h1', {}, 'Things for the way'),
    el('p', {}, 'Put something in the cart, check out, and type a code into the coupon box.'),
  ),
  codesBox(),
  el('div.categories', {}, ...CATALOGUE.map(categorySection)),
  el(
    'p.more',
    {},
    'Not sure what to give? ',
    el(
      'a',
      { href: '/gift-certificates', 'data-test': 'gift-certificates-link' },
      'A gift certificate.',
    ),
  ),
  el('p.toast', { id: 'toast', role: 'status', 'data-test': 'toast', hidden: true }),
);

function codesBox(): HTMLElement {
  return el(
    'aside.codes',
    { 'data-test': 'codes-to-try', 'aria-label': 'Codes to try' },
    el('h2', {}, 'Codes to try'),
    el(
      'dl',
      {},
      ...CODES.flatMap(([code, what]) => [el('dt', {}, el('code', {}, code)), el('dd', {}, what)]),
    ),
    el('p.note', {}, 'Customers: alice@example.com and bob@example.com, password demo1234.'),
  );
}

function categorySection(category: Category): HTMLElement {
  return el(
    'section.category',
    { 'data-test': `category-${category.id}`, 'data-products': category.products.length },
    el('h2', {}, category.name),
    el('ul.products', {}, ...category.products.map(productCard)),
  );
}

function productCard(product: Product): HTMLElement {
  const variant = product.variants && variantSelect(product);
  const button = el(
    'button.primary',
    {
      type: 'button',
      'data-test': `add-${product.id}`,
      'aria-label': `Add ${product.name} to cart`,
    },
    'Add to cart',
  );
  button.addEventListener('click', () => {
    void whileBusy(button, () => add(product, variant ? Number(variant.value) : undefined));
  });
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
      product.wasPrice ? el('s', {}, price(product.wasPrice)) : null,
    ),
    el('div.buy', {}, variant, button),
  );
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

async function add(product: Product, variantId: number | undefined): Promise<void> {
  try {
    await addToCart({ productId: product.id, ...(variantId ? { variantId } : {}), quantity: 1 });
    toast(`${product.name} is in your cart.`);
    refreshCount();
  } catch (error) {
    toast(
      error instanceof StorefrontError
        ? error.message
        : 'The shop cannot be reached. Please try again.',
    );
  }
}

function toast(message: string): void {
  const box = byId('toast');
  box.textContent = message;
  box.hidden = false;
}
