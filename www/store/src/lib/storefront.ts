/** The calls a theme's own pages make: the cart, and signing in outside the checkout. */

export interface CartItem {
  id: string;
  productId: number;
  variantId: number | null;
  name: string;
  quantity: number;
  listPrice: number;
  salePrice: number;
  extendedSalePrice: number;
  /** The manufacturer's price of one, where the merchant gave one. */
  retailPrice: number | null;
  /** A free item that the store put in; the shopper cannot change it. */
  addedByPromotion?: boolean;
  options?: { name: string; value: string }[];
}

/** A gift certificate for sale. */
export interface CertificateItem {
  id: string;
  name: string;
  theme: string;
  amount: number;
  recipient: { name: string; email: string };
}

export interface NewCertificate {
  name: string;
  theme: string;
  amount: number;
  quantity: number;
  sender: { name: string; email: string };
  recipient: { name: string; email: string };
  message: string;
}

export interface Cart {
  id: string;
  currency: { code: string };
  baseAmount: number;
  discountAmount: number;
  cartAmount: number;
  coupons: { code: string; displayName: string; discountedAmount: number }[];
  lineItems: {
    physicalItems: CartItem[];
    digitalItems: CartItem[];
    giftCertificates: CertificateItem[];
  };
}

export interface NewItem {
  productId: number;
  variantId?: number;
  optionSelections?: { optionId: number; optionValue: string }[];
  quantity: number;
}

/** An answer that is not a success, with the server's own sentence where it gave one. */
export class StorefrontError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const OPTIONS = 'include=lineItems.physicalItems.options,lineItems.digitalItems.options';

/** The session's cart, or null when there is none. */
export async function getCart(): Promise<Cart | null> {
  const carts = await call<Cart[]>('GET', `/api/storefront/carts?${OPTIONS}`);
  return carts?.[0] ?? null;
}

/** Adds an item; the first one makes the cart. */
export async function addToCart(item: NewItem): Promise<void> {
  await add({ lineItems: [item] });
}

/** Adds a gift certificate for somebody. */
export async function addCertificate(certificate: NewCertificate): Promise<void> {
  await add({ giftCertificates: [certificate] });
}

async function add(items: unknown): Promise<void> {
  const cart = await getCart();
  const path = cart ? `/api/storefront/carts/${cart.id}/items` : '/api/storefront/carts';
  await call('POST', path, items);
}

/** Puts the cart into another currency. */
export async function changeCurrency(cart: Cart, currencyCode: string): Promise<void> {
  await call('POST', `/api/storefront/carts/${cart.id}/currency`, { currencyCode });
}

export async function setQuantity(cart: Cart, item: CartItem, quantity: number): Promise<void> {
  const lineItem = {
    productId: item.productId,
    ...(item.variantId ? { variantId: item.variantId } : {}),
    quantity,
  };
  await call('PUT', `/api/storefront/carts/${cart.id}/items/${item.id}`, { lineItem });
}

/** Removes an item; removing the last one deletes the cart. */
export async function removeItem(cart: Cart, item: CartItem | CertificateItem): Promise<void> {
  await call('DELETE', `/api/storefront/carts/${cart.id}/items/${item.id}`);
}

export async function signIn(email: string, password: string): Promise<void> {
  await call('POST', '/internalapi/v1/checkout/customer', { email, password });
}

export async function signOut(): Promise<void> {
  await call('DELETE', '/internalapi/v1/checkout/customer');
}

/** How many things are in a cart. */
export function itemCount(cart: Cart | null): number {
  if (!cart) return 0;
  const products = allItems(cart).reduce((sum, item) => sum + item.quantity, 0);
  return products + cart.lineItems.giftCertificates.length;
}

export function allItems(cart: Cart): CartItem[] {
  return [...cart.lineItems.physicalItems, ...cart.lineItems.digitalItems];
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T | null> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  const token = cookie('XSRF-TOKEN');
  if (token) headers['X-XSRF-TOKEN'] = token;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await fetch(path, {
    method,
    headers,
    credentials: 'same-origin',
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new StorefrontError(response.status, sentence(text));
  return text ? (JSON.parse(text) as T) : null;
}

function sentence(text: string): string {
  try {
    const { detail, title } = JSON.parse(text) as { detail?: string; title?: string };
    return detail ?? title ?? 'Something went wrong. Please try again.';
  } catch {
    return 'Something went wrong. Please try again.';
  }
}

function cookie(name: string): string | null {
  const pair = document.cookie.split('; ').find((entry) => entry.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : null;
}
