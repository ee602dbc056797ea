import '../style/shop.css';
import { byId, el, fill } from '../lib/dom';
import { drawHeader, refreshCount } from '../lib/header';
import { money } from '../lib/money';
import { picture } from '../lib/pictures';
import { couponName, linePrice } from '../lib/prices';
import {
  allItems,
  getCart,
  itemCount,
  removeItem,
  setQuantity,
  type Cart,
  type CartItem,
  type CertificateItem,
} from '../lib/storefront';

drawHeader();
void show();

async function show(): Promise<void> {
  try {
    const cart = await getCart();
    if (cart && itemCount(cart) > 0) drawCart(cart);
    else drawEmpty();
  } catch (error) {
    fill(
      byId('main'),
      el('h1', {}, 'Your cart'),
      el('p.error', { role: 'alert' }, messageOf(error)),
    );
  }
}

function drawEmpty(): void {
  fill(
    byId('main'),
    el('h1', {}, 'Your cart'),
    el(
      'p',
      { 'data-test': 'cart-empty' },
      'Nothing in here yet. ',
      el('a', { href: '/' }, 'Look around'),
    ),
  );
}

function drawCart(cart: Cart): void {
  const currency = cart.currency.code;
  fill(
    byId('main'),
    el('h1', {}, 'Your cart'),
    el('p.error', { id: 'cart-error', role: 'alert', 'data-test': 'cart-error', hidden: true }),
    el(
      'ul.lines',
      {},
      ...allItems(cart).map((item) => line(cart, item)),
      ...cart.lineItems.giftCertificates.map((item) => certificateLine(cart, item)),
    ),
    el(
      'div.cart-end',
      {},
      el(
        'dl.totals',
        {},
        cart.discountAmount > 0 && el('dt', {}, 'Discounts'),
        cart.discountAmount > 0 && el('dd', {}, money(-cart.discountAmount, currency)),
        ...cart.coupons.flatMap((coupon) => [
          el('dt', {}, `Coupon ${couponName(coupon) ?? coupon.code}`),
          el('dd', {}, money(-coupon.discountedAmount, currency)),
        ]),
        el('dt', {}, 'Total without shipping'),
        el('dd', { 'data-test': 'cart-amount' }, money(cart.cartAmount, currency)),
      ),
      el('a.button.primary', { href: '/checkout', 'data-test': 'go-to-checkout' }, 'Check out'),
    ),
  );
}

function quantityInput(cart: Cart, item: CartItem): HTMLElement {
  const quantity = el('input.quantity', {
    type: 'number',
    min: 1,
    max: 99,
    value: item.quantity,
    'aria-label': `Quantity of ${item.name}`,
    'data-test': `quantity-${item.productId}`,
  });
  quantity.addEventListener('change', () => {
    void change(() => setQuantity(cart, item, Math.max(1, Number(quantity.value) || 1)));
  });
  return quantity;
}

function line(cart: Cart, item: CartItem): HTMLElement {
  const options = (item.options ?? [])
    .map((option) => `${option.name}: ${option.value}`)
    .join(', ');
  return el(
    'li.line',
    {
      'data-test': `${item.addedByPromotion ? 'free-line' : 'line'}-${item.productId}`,
      'data-free': item.addedByPromotion ?? false,
    },
    picture(item.productId),
    el('div.line-name', {}, el('strong', {}, item.name), options && el('span.note', {}, options)),
    item.addedByPromotion ? givenQuantity(item) : quantityInput(cart, item),
    linePrice(item, cart.currency.code, `line-price-${item.productId}`),
    item.addedByPromotion
      ? el('span.note.line-action', {}, 'A gift')
      : removeButton(cart, item, `remove-${item.productId}`),
  );
}

/** The store decides how many it gives away. */
function givenQuantity(item: CartItem): HTMLElement {
  return el('span.quantity', { 'data-test': `quantity-free-${item.productId}` }, item.quantity);
}

function certificateLine(cart: Cart, item: CertificateItem): HTMLElement {
  return el(
    'li.line',
    { 'data-test': 'line-certificate' },
    el(
      'div.line-name',
      {},
      el('strong', {}, item.name),
      el('span.note', {}, `For ${item.recipient.email}`),
    ),
    el('span.line-price', {}, money(item.amount, cart.currency.code)),
    removeButton(cart, item, 'remove-certificate'),
  );
}

function removeButton(cart: Cart, item: CartItem | CertificateItem, name: string): HTMLElement {
  return el(
    'button.link.line-action',
    {
      type: 'button',
      'aria-label': `Remove ${item.name}`,
      'data-test': name,
      onclick: () => void change(() => removeItem(cart, item)),
    },
    'Remove',
  );
}

/** Does one change, then shows the cart as the server has it: also when the change was refused. */
async function change(work: () => Promise<void>): Promise<void> {
  let refused: string | null = null;
  try {
    await work();
  } catch (error) {
    refused = messageOf(error);
  }
  await show();
  refreshCount();
  const box = document.getElementById('cart-error');
  if (box && refused) {
    box.textContent = refused;
    box.hidden = false;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something went wrong. Please try again.';
}
