/** A code to try, as the voucher service describes it. */
export interface DemoCode {
  code: string;
  kind: string;
  rule: string;
  effect: string;
}

/** What is read of a voucher there; only the demo's own service has the last three. */
interface Voucher {
  code: string;
  type?: string | null;
  description?: string | null;
  additional_info?: string | null;
  kind?: string | null;
  rule?: string | null;
  effect?: string | null;
}

const KINDS: Record<string, string> = {
  DISCOUNT_VOUCHER: 'Discount',
  GIFT_VOUCHER: 'Gift card',
  LOYALTY_CARD: 'Loyalty card',
};

/** The codes to try, from where the page says they are described. */
export async function demoCodes(url: string): Promise<DemoCode[]> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The codes cannot be read: ${response.status}`);
  const { vouchers } = (await response.json()) as { vouchers: Voucher[] };
  return vouchers.map((voucher) => ({
    code: voucher.code,
    kind: voucher.kind ?? KINDS[voucher.type ?? ''] ?? '',
    rule: capitalised(voucher.rule ?? ''),
    effect: capitalised(voucher.effect ?? voucher.description ?? voucher.additional_info ?? ''),
  }));
}

/** Begins with a capital, unless the first word is spelt in its own way, as iPhone is. */
function capitalised(text: string): string {
  return text.replace(/^[a-z]+\b/, (word) => word.charAt(0).toUpperCase() + word.slice(1));
}
