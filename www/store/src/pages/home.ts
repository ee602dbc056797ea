import '../style/shop.css';
import { byId, el, fill } from '../lib/dom';
import { CATALOGUE, type Category, type Product } from '../lib/catalogue';
import { drawHeader, refreshCount } from '../lib/header';
import { addToCart, StorefrontError, type NewItem } from '../lib/storefront';
import { codesBox } from './codes-box';
import { productCard } from './product-card';

drawHeader();
fill(
  byId('main'),
  el(
    'section.hero',
    {},
    el('h1', {}, 'Things for the way'),
    el(
      'p',
      {},
      'Put something in the cart, check out, and type a code into the coupon box. ',
      el('a', { href: '#codes' }, 'The codes to try'),
    ),
  ),
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
  codesBox(),
  el('p.toast', { id: 'toast', role: 'status', 'data-test': 'toast', hidden: true }),
);

function categorySection(category: Category): HTMLElement {
  return el(
    'section.category',
    { 'data-test': `category-${category.id}`, 'data-products': category.products.length },
    el('h2', {}, category.name),
    el(
      'ul.products',
      {},
      ...category.products.map((product) => productCard(product, (item) => add(product, item))),
    ),
  );
}

async function add(product: Product, item: NewItem): Promise<void> {
  try {
    await addToCart(item);
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
