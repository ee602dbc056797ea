import { Control } from './control';

export interface Voucher {
  code: string;
  redemption: { quantity: number | null; redeemed_quantity: number };
  /** How often checkouts hold it now, and their sessions. */
  held_quantity: number;
  held_by: string[];
  /** Gift cards only: the money on it, and how much of it checkouts hold. */
  gift: { balance: number } | null;
  held_credits: number;
  /** Loyalty cards only: the points on it. */
  loyalty_card: { balance: number } | null;
}

export interface Redemption {
  id: string;
  result: 'SUCCESS' | 'FAILURE';
  status: 'SUCCEEDED' | 'FAILED' | 'ROLLED_BACK';
  voucher?: { code: string };
  /** What a gift card paid. */
  amount?: number;
  metadata: Record<string, unknown>;
  order: {
    source_id: string;
    amount: number;
    total_discount_amount: number;
    total_amount: number;
  };
}

/** What the voucher service holds; only what the tests read is typed. */
export interface VoucherifyState {
  vouchers: Voucher[];
  sessions: { key: string; codes: string[]; expires_at: string }[];
  redemptions: Redemption[];
  rollbacks: { id: string; voucher?: { code: string } }[];
}

/** The Voucherify stand-in's control API. */
export class Voucherify extends Control {
  state(): Promise<VoucherifyState> {
    return this.get('/control/state');
  }

  async voucher(code: string): Promise<Voucher> {
    const { vouchers } = await this.state();
    const found = vouchers.find((voucher) => voucher.code === code);
    if (!found) throw new Error(`The voucher service has no code ${code}`);
    return found;
  }

  /** The points on a loyalty card. */
  async points(code: string): Promise<number | undefined> {
    return (await this.voucher(code)).loyalty_card?.balance;
  }

  /** The redemptions of a code, failed and rolled back ones as well. */
  async redemptions(code: string): Promise<Redemption[]> {
    const { redemptions } = await this.state();
    return redemptions.filter(({ voucher }) => voucher?.code === code);
  }

  /** Makes a code, or replaces one; the shape is that of the demo data. */
  async putVoucher(voucher: Record<string, unknown>): Promise<void> {
    await this.send('POST', '/control/vouchers', voucher);
  }

  async deleteVoucher(code: string): Promise<void> {
    await this.send('DELETE', `/control/vouchers/${encodeURIComponent(code)}`);
  }
}
