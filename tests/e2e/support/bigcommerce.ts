import { Control } from './control';

export type OrderEvent =
  'paid' | 'awaiting-payment' | 'cancelled' | 'declined' | 'refunded' | 'shipped' | 'manual-check';

/** What the store holds; only what the tests read is typed. */
export interface StoreState {
  carts: unknown[];
  checkouts: unknown[];
  promotions: { id: number; name: string; codes?: { code: string; current_uses: number }[] }[];
  orders: { id: number; status_id: number }[];
}

/** The BigCommerce stand-in's control API: what a merchant does in the control panel, and more. */
export class BigCommerce extends Control {
  state(): Promise<StoreState> {
    return this.get('/control/state');
  }

  /** Marks an order, as the control panel's buttons do. */
  async order(id: number, event: OrderEvent): Promise<void> {
    await this.send('POST', `/control/orders/${id}/${event}`, {});
  }

  async refund(id: number, amount: string): Promise<void> {
    await this.send('POST', `/control/orders/${id}/refunds`, { amount });
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
