import type { APIResponse, BrowserContext } from '@playwright/test';
import { PRODUCTS, type ProductName } from './shop';

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

const ADDRESS = {
  firstName: 'Mallory',
  lastName: 'Shopper',
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

/** A shopper without our module, nor any page: the storefront's API with the cookies of a browser. */
export class StorefrontApi {
  private cart = '';

  constructor(
    private readonly context: BrowserContext,
    private readonly url: string,
  ) {}

  /** A checkout up to the payment with one thing in it. */
  async checkoutWith(product: ProductName): Promise<void> {
    // The first answer brings the session and its token.
    await this.call('GET', '/api/storefront/carts');
    const item = { productId: PRODUCTS[product].id, quantity: 1 };
    const cart = await this.done('POST', '/api/storefront/carts', { lineItems: [item] });
    this.cart = (cart as { id: string }).id;
    const email = 'mallory@example.com';
    await this.done('POST', this.path('/billing-address'), { ...ADDRESS, email });
    const lineItems = (await this.lines()).map(({ id, quantity }) => ({ itemId: id, quantity }));
    const consignments = this.path('/consignments?include=consignments.availableShippingOptions');
    const sent = await this.done('POST', consignments, [{ address: ADDRESS, lineItems }]);
    const [consignment] = (sent as { consignments: Consignment[] }).consignments;
    const shippingOptionId = consignment?.availableShippingOptions[0]?.id;
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

interface Consignment {
  id: string;
  availableShippingOptions: { id: string }[];
}
