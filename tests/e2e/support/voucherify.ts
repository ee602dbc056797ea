import { Control } from './control';

export interface Voucher {
  code: string;
  redemption: { quantity: number | null; redeemed_quantity: number };
}

/** What the voucher service holds; only what the tests read is typed. */
export interface VoucherifyState {
  vouchers: Voucher[];
  sessions: { key: string; codes: string[]; expires_at: string }[];
  redemptions: { id: string; result: string; order?: { source_id?: string } }[];
  rollbacks: unknown[];
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

  /** Makes a code, or replaces one; the shape is that of the demo data. */
  async putVoucher(voucher: Record<string, unknown>): Promise<void> {
    await this.send('POST', '/control/vouchers', voucher);
  }

  async deleteVoucher(code: string): Promise<void> {
    await this.send('DELETE', `/control/vouchers/${encodeURIComponent(code)}`);
  }
}
