import { Control } from './control';

export type OrderEvent =
  'paid' | 'awaiting-payment' | 'cancelled' | 'declined' | 'refunded' | 'shipped' | 'manual-check';

/** What the store holds; only what the tests read is typed. */
export interface StoreState {
  carts: unknown[];
  checkouts: unknown[];
  promotions: Promotion[];
  certificates: Certificate[];
  orders: Order[];
}

export interface Order {
  id: number;
  status_id: number;
  coupons: { code: string; amount: string }[];
  /** The gift certificates that pay, and how much each. */
  certificates: { code: string; used: number }[];
}

export interface Certificate {
  id: number;
  code: string;
  balance: number;
  status: string;
  expiry_date: string | null;
}

export interface Promotion {
  id: number;
  name: string;
  display_name: string | null;
  end_date: string | null;
  codes: { code: string; current_uses: number }[];
}

/** The BigCommerce stand-in's control API: what a merchant does in the control panel, and more. */
export class BigCommerce extends Control {
  state(): Promise<StoreState> {
    return this.get('/control/state');
  }

  /** Our promotions that somebody could use: one without a code is worth nothing to anybody. */
  async ourPromotions(): Promise<Promotion[]> {
    const { promotions } = await this.state();
    return promotions.filter(({ codes }) => codes.some(({ code }) => code !== 'NATIVE5'));
  }

  /** Every code that reached the storefront's two endpoints for codes, as it was sent. */
  async codesSent(): Promise<{ coupons: string[]; certificates: string[] }> {
    const calls = (await this.calls('/checkouts/')).filter(
      ({ method, area }) => method === 'POST' && area === 'storefront',
    );
    const sent = (end: string, field: string) =>
      calls
        .filter(({ path }) => path.endsWith(end))
        .map(({ request_body }) => (request_body as Record<string, string>)[field] ?? '');
    return {
      coupons: sent('/coupons', 'couponCode'),
      certificates: sent('/gift-certificates', 'giftCertificateCode'),
    };
  }

  /** Marks an order, as the control panel's buttons do. */
  async order(id: number, event: OrderEvent): Promise<void> {
    await this.send('POST', `/control/orders/${id}/${event}`, {});
  }

  /** A gift certificate by its code. */
  async certificateOf(code: string): Promise<Certificate> {
    const { certificates } = await this.state();
    const found = certificates.find((certificate) => certificate.code === code);
    if (!found) throw new Error(`The store has no gift certificate ${code}`);
    return found;
  }

  async changeProduct(id: number, change: { price?: number; inventory?: number }): Promise<void> {
    await this.send('POST', `/control/products/${id}`, change);
  }

  async refund(id: number, amount: string): Promise<void> {
    await this.send('POST', `/control/orders/${id}/refunds`, { amount });
  }

  /** Makes a native gift certificate, as a merchant does in the control panel. */
  async certificate(code: string, amount: string, currency = 'USD'): Promise<void> {
    const response = await fetch(`${this.url}/stores/demo1store/v2/gift_certificates`, {
      method: 'POST',
      headers: { 'X-Auth-Token': 'demo-access-token', 'Content-Type': 'application/json' },
      body: JSON.stringify({
        ...{ to_name: 'Ada', to_email: 'ada@example.com' },
        ...{ from_name: 'The shop', from_email: 'shop@example.com' },
        ...{ code, amount, currency_code: currency },
      }),
    });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  }

  /** A call of the management API with the demo's token. */
  async manage(method: string, path: string, body: unknown): Promise<{ data: { id: number } }> {
    const response = await fetch(`${this.url}/stores/demo1store${path}`, {
      method,
      headers: { 'X-Auth-Token': 'demo-access-token', 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    return response.json();
  }

  async stock(productId: number, inventory: number): Promise<void> {
    await this.send('POST', `/control/products/${productId}`, { inventory });
  }

  async deleteCart(id: string): Promise<void> {
    await this.send('DELETE', `/control/carts/${id}`);
  }

  /** Delivers held webhooks, and retries that are due. */
  async deliverWebhooks(): Promise<void> {
    await this.send('POST', '/control/webhooks/deliver', {});
  }
}
