import '../style/base.css';
import { byId, el, fill, whileBusy } from './dom';
import { pageContext, type Shopper } from './context';
import { changeCurrency, getCart, itemCount, signOut } from './storefront';

/** Draws the header: the shop's name, who is signed in and how much is in the cart. */
export function drawHeader(shopper: Shopper | null = pageContext().customer): void {
  const { storeName } = pageContext();
  const count = el('span.cart-count', { 'data-test': 'cart-count' });
  fill(
    byId('header'),
    el('a.brand', { href: '/', 'data-test': 'home-link' }, storeName),
    el(
      'nav.site-nav',
      { 'aria-label': 'Shop' },
      languageSelect(),
      currencySelect(),
      ...shopperLinks(shopper),
      el('a.cart-link', { href: '/cart', 'data-test': 'cart-link' }, 'Cart', count),
    ),
  );
  void drawCount(count);
}

/** The page's language, for the scripts on it: the shop's own words are English only. */
function languageSelect(): HTMLElement | null {
  const { languages, language } = pageContext();
  if (languages.length < 2) return null;
  const select = el(
    'select.language',
    {
      'aria-label': 'Language',
      title: 'What is said about codes is in this language. The shop itself speaks English.',
      'data-test': 'language',
    },
    ...languages.map(({ code, name }) =>
      el('option', { value: code, lang: code, selected: code === language }, name),
    ),
  );
  select.addEventListener('change', () => {
    location.assign(`${location.pathname}?setLanguage=${select.value}`);
  });
  return select;
}

/** The shop's currencies; a choice is for the cart, or for the next one. */
function currencySelect(): HTMLElement | null {
  const { currencies, currency } = pageContext();
  if (currencies.length < 2) return null;
  const select = el(
    'select.currency',
    { 'aria-label': 'Currency', 'data-test': 'currency' },
    ...currencies.map(({ code }) =>
      el('option', { value: code, selected: code === currency }, code),
    ),
  );
  select.addEventListener('change', () => void chooseCurrency(select.value));
  return select;
}

async function chooseCurrency(code: string): Promise<void> {
  const cart = await getCart().catch(() => null);
  if (cart) await changeCurrency(cart, code).catch(() => null);
  const chosen = pageContext().currencies.find((each) => each.code === code);
  location.assign(`${location.pathname}?setCurrencyId=${chosen?.id ?? ''}`);
}

/** Draws the number of things in the cart again, after something was added. */
export function refreshCount(): void {
  const count = document.querySelector<HTMLElement>('.cart-count');
  if (count) void drawCount(count);
}

function shopperLinks(shopper: Shopper | null): HTMLElement[] {
  if (!shopper) return [el('a', { href: '/login', 'data-test': 'login-link' }, 'Sign in')];
  const name = [shopper.firstName, shopper.lastName].filter(Boolean).join(' ');
  const button = el('button.link', { type: 'button', 'data-test': 'sign-out' }, 'Sign out');
  button.addEventListener('click', () => {
    void whileBusy(button, async () => {
      await signOut();
      location.reload();
    });
  });
  const who = el(
    'span.who',
    { 'data-test': 'shopper', title: shopper.email },
    name || shopper.email,
  );
  return [who, button];
}

async function drawCount(count: HTMLElement): Promise<void> {
  const cart = await getCart().catch(() => null);
  const items = itemCount(cart);
  count.textContent = String(items);
  count.hidden = items === 0;
}
