import type { APIResponse, BrowserContext } from '@playwright/test';
import { PRODUCTS, type CustomerName, type ProductName } from './products';

/** Who buys: a customer, or a guest with this e-mail address. */
export interface Buyer {
  email?: string;
  customer?: CustomerName;
}

interface Line {
  id: string;
  quantity: number;
}

/** What the tests read of a checkout. */
interface Checkout {
  outstandingBalance: number;
  giftCertificates: { code: string; used: number; remaining: number }[];
  cart: { lineItems: { physicalItems: Line[] } };
}

const NAMES = {
  alice: { firstName: 'Alice', lastName: 'Adams' },
  bob: { firstName: 'Bob', lastName: 'Brown' },
  guest: { firstName: 'Grace', lastName: 'Shopper' },
};

const ADDRESS = {
  company: '',
  phone: '',
  address1: '1 Example Street',
  address2: '',
  city: 'Austin',
  countryCode: 'US',
  stateOrProvince: '',
  stateOrProvinceCode: 'TX',
  postalCode: '78701',
  shouldSaveAddress: false,
  customFields: [],
};

/** The storefront's API with the cookies of a browser: a shopper without our module, nor any page. */
export class StorefrontApi {
  private cart = '';

  constructor(
    private readonly context: BrowserContext,
    private readonly url: string,
  ) {}

  /** A checkout up to the payment: one of each thing, the address, the recommended delivery. */
  async checkoutWith(products: ProductName[], who: Buyer = {}): Promise<void> {
    if (who.customer) await this.signIn(who.customer);
    await this.fillCart(products);
    const address = { ...ADDRESS, ...NAMES[who.customer ?? 'guest'] };
    const email = `${who.customer ?? 'grace'}@example.com`;
    await this.done('POST', this.path('/billing-address'), {
      ...address,
      email: who.email ?? email,
    });
    await this.ship(address);
  }

  private async signIn(customer: CustomerName): Promise<void> {
    // The first answer brings the session and its token.
    await this.call('GET', '/api/storefront/carts');
    const login = { email: `${customer}@example.com`, password: 'demo1234' };
    await this.done('POST', '/internalapi/v1/checkout/customer', login);
  }

  private async fillCart(products: ProductName[]): Promise<void> {
    const carts = (await this.done('GET', '/api/storefront/carts')) as { id: string }[];
    const path = carts[0] ? `/api/storefront/carts/${carts[0].id}/items` : '/api/storefront/carts';
    const lineItems = products.map((name) => item(name));
    this.cart = ((await this.done('POST', path, { lineItems })) as { id: string }).id;
  }

  private async ship(address: object): Promise<void> {
    const lineItems = (await this.lines()).map(({ id, quantity }) => ({ itemId: id, quantity }));
    const consignments = this.path('/consignments?include=consignments.availableShippingOptions');
    const sent = await this.done('POST', consignments, [{ address, lineItems }]);
    const [consignment] = (sent as { consignments: Consignment[] }).consignments;
    const recommended = consignment?.availableShippingOptions.find((each) => each.isRecommended);
    const shippingOptionId = recommended?.id;
    await this.done('PUT', this.path(`/consignments/${consignment?.id}`), { shippingOptionId });
  }

  /** The checkout that the browser of this context has already. */
  async ownCheckout(): Promise<void> {
    const carts = await this.done('GET', '/api/storefront/carts');
    this.cart = (carts as { id: string }[])[0]?.id ?? '';
  }

  async read(): Promise<Checkout> {
    return (await this.done('GET', `/api/storefront/checkout/${this.cart}`)) as Checkout;
  }

  /** Takes the first thing out of the cart. */
  async removeFirst(): Promise<void> {
    const [line] = await this.lines();
    await this.done('DELETE', `/api/storefront/carts/${this.cart}/items/${line?.id}`);
  }

  /** Tries a native gift certificate; the status of the answer. */
  async applyCertificate(code: string): Promise<number> {
    const body = { giftCertificateCode: code };
    return (await this.call('POST', this.path('/gift-certificates'), body)).status();
  }

  /** Places the order; what is left is paid on delivery. */
  async placeOrder(): Promise<number> {
    const { outstandingBalance } = await this.read();
    const payment = outstandingBalance > 0 ? { payment: { name: 'cod' } } : {};
    const body = { cartId: this.cart, customerMessage: '', ...payment };
    const placed = await this.done('POST', '/internalapi/v1/checkout/order', body);
    return (placed as { data: { order: { orderId: number } } }).data.order.orderId;
  }

  private async lines(): Promise<Line[]> {
    return (await this.read()).cart.lineItems.physicalItems;
  }

  private path(rest: string): string {
    return `/api/storefront/checkouts/${this.cart}${rest}`;
  }

  private async done(method: string, path: string, data?: unknown): Promise<unknown> {
    const response = await this.call(method, path, data);
    if (response.ok()) return response.json();
    throw new Error(`${method} ${path} answered ${response.status()}: ${await response.text()}`);
  }

  private async call(method: string, path: string, data?: unknown): Promise<APIResponse> {
    const cookies = await this.context.cookies(this.url);
    const token = cookies.find(({ name }) => name === 'XSRF-TOKEN')?.value;
    const headers: Record<string, string> = token
      ? { 'X-XSRF-TOKEN': decodeURIComponent(token) }
      : {};
    return this.context.request.fetch(this.url + path, { method, headers, data });
  }
}

function item(name: ProductName): object {
  const product = PRODUCTS[name];
  const variant = 'variant' in product ? { variantId: product.variant } : {};
  return { productId: product.id, quantity: 1, ...variant };
}

interface Consignment {
  id: string;
  availableShippingOptions: { id: string; isRecommended: boolean }[];
}
