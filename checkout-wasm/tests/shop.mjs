// A store that counts as the real one does: coupons take off what they took off when promotions were
// last evaluated, certificates pay what is left, each up to its balance, and the list of shipping
// options depends on the coupons.
import { checkout } from './harness.mjs';

export const FREE = 'option-free';
export const BY_WEIGHT = 'option-weight';
export const FLAT = 'option-flat';

const OPTIONS = [
  { id: FREE, type: 'freeshipping', cost: 0 },
  { id: BY_WEIGHT, type: 'shipping_byweight', cost: 5 },
  { id: FLAT, type: 'shipping_flatrate', cost: 10 },
];
const refused = { status: 400, body: { title: 'Incorrect or mismatch', type: 'about:blank', status: 400, detail: 'invalid' } };

export class Shop {
  total = 100;
  /** The coupons there are: what each takes off, or `{ amount, items, ships }`. */
  coupons = new Map();
  limit = 5;
  certificates = [];
  balances = {};
  /** The consignments by id, with the chosen option. */
  consignments = new Map();
  /** Whether the store itself ships free, and which options it does not offer. */
  ownFree = false;
  unoffered = [];
  /** What free items are worth, and whether the discounts of coupons contain it. */
  gift = { price: 25, counts: true };
  /** What a request for a certificate or a coupon is answered in place of the shop's answer. */
  certificateSays = null;
  couponSays = null;
  /** The same for any other request. */
  says = () => null;
  /** Whether coupons that change are counted when the checkout is read, or only at cart actions. */
  countsAtReads = true;
  counted = new Map();

  answer = async (call) => {
    const { method, path, body } = call;
    const [, below, code] = /\/(coupons|gift-certificates|items|consignments)(?:\/([^?]*))?/.exec(path) ?? [];
    const said = this.says(call, below);
    if (said) return said;
    const asked = body && JSON.parse(body);
    if (method === 'POST' && below === 'coupons') {
      const typed = asked.couponCode;
      if (this.couponSays) return this.couponSays(typed);
      if (!this.coupons.has(typed) || this.counted.size >= this.limit) return refused;
      this.count(() => this.counted.set(typed, null));
    }
    if (method === 'POST' && below === 'gift-certificates') {
      const typed = asked.giftCertificateCode;
      if (this.certificateSays) return this.certificateSays(typed);
      if (!(this.balances[typed] > 0)) return refused;
      if (!this.certificates.includes(typed)) this.certificates.push(typed);
    }
    if (method === 'DELETE' && below === 'coupons') {
      this.count(() => this.counted.delete(code));
    }
    if (method === 'DELETE' && below === 'gift-certificates') this.certificates = this.certificates.filter((one) => one !== code);
    if (method !== 'DELETE' && below === 'consignments' && !this.ship(code, asked)) return refused;
    if (this.countsAtReads || below === 'items') this.count();
    const { cart, ...found } = this.checkout(path);
    return { body: path.includes('/carts/') ? { ...cart, coupons: found.coupons } : { ...found, cart } };
  };

  /** Evaluates the promotions. */
  count(change = () => {}) {
    const before = this.options().length;
    change();
    for (const native of [...this.counted.keys()]) {
      if (this.coupons.has(native)) this.counted.set(native, this.coupons.get(native));
      else this.counted.delete(native);
    }
    // The real store forgets what was chosen when the list of options changes.
    if (this.options().length !== before) {
      for (const id of this.consignments.keys()) this.consignments.set(id, null);
    }
  }

  /** Takes an address, which forgets what was chosen, or an option. */
  ship(id, asked) {
    if (asked.shippingOptionId === undefined) {
      for (const { id: new_ } of id ? [{ id }] : asked) this.consignments.set(new_, null);
    } else if (this.consignments.has(id)) {
      if (!this.options().some((option) => option.id === asked.shippingOptionId)) return false;
      this.consignments.set(id, asked.shippingOptionId);
    }
    return true;
  }

  options() {
    const free = this.ownFree || [...this.counted.values()].some((coupon) => coupon?.ships);
    return OPTIONS.filter(({ id }) => (free || id !== FREE) && !this.unoffered.includes(id));
  }

  chosen(id) {
    return this.options().find((option) => option.id === this.consignments.get(id)) ?? null;
  }

  checkout(path = '') {
    const worth = ({ amount, items = 0 }) => amount + (this.gift.counts ? items * this.gift.price : 0);
    const coupons = [...this.counted].map(([native, coupon]) => [native, coupon?.amount === undefined ? coupon : worth(coupon)]);
    const items = [...this.counted.values()].reduce((sum, coupon) => sum + (coupon?.items ?? 0), 0);
    const shipping = [...this.consignments.keys()].reduce((sum, id) => sum + (this.chosen(id)?.cost ?? 0), 0);
    const off = [...this.counted.values()].reduce((sum, coupon) => sum + (coupon?.amount ?? coupon), 0);
    const grandTotal = this.total - off + shipping;
    let left = grandTotal;
    const giftCertificates = this.certificates.map((code) => {
      const used = Math.min(this.balances[code] ?? 0, left);
      left -= used;
      return { code, used, balance: this.balances[code] ?? 0, remaining: (this.balances[code] ?? 0) - used };
    });
    const consignments = [...this.consignments.keys()].map((id) => ({
      id,
      selectedShippingOption: this.chosen(id),
      ...(path.includes('availableShippingOptions') && { availableShippingOptions: this.options() }),
    }));
    const answer = checkout(coupons, { grandTotal, outstandingBalance: left, giftCertificates, consignments });
    if (items > 0) answer.cart.lineItems.physicalItems.unshift(this.giftLine(items));
    return answer;
  }

  giftLine(quantity) {
    const { price, counts } = this.gift;
    return {
      id: 'gift-1',
      parentId: null,
      productId: 115,
      variantId: 217,
      quantity,
      isMutable: false,
      addedByPromotion: true,
      extendedListPrice: price * quantity,
      couponAmount: counts ? price * quantity : 0,
    };
  }

  get payable() {
    return this.checkout().grandTotal;
  }
}
