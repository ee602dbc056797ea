/** Who is signed in, as the server wrote it into the page. */
export interface Shopper {
  id: number;
  email: string;
  firstName?: string;
  lastName?: string;
}

/** A currency of the shop, with its units for one of the shop's own. */
export interface Currency {
  id: number;
  code: string;
  name: string;
  rate: number;
  decimalPlaces: number;
}

/** A language that a page can say it is in. */
export interface Language {
  code: string;
  name: string;
}

/** What the server knows when it renders a page. */
export interface PageContext {
  storeName: string;
  cartId: string | null;
  checkoutId: string | null;
  orderId: number | null;
  customer: Shopper | null;
  /** Of the cart, or chosen for the next one. */
  currency: string;
  currencies: Currency[];
  /** The page's `lang`; scripts choose their sentences by it. */
  language: string;
  languages: Language[];
  /** Products of which none is left. */
  soldOut: number[];
  pricesIncludeTax: boolean;
  /** Where the codes to try are described. */
  codesUrl: string | null;
}

const NOTHING: PageContext = {
  storeName: 'Voucherbridge demo shop',
  cartId: null,
  checkoutId: null,
  orderId: null,
  customer: null,
  currency: 'USD',
  currencies: [],
  language: 'en',
  languages: [],
  soldOut: [],
  pricesIncludeTax: false,
  codesUrl: null,
};

/** Reads the JSON that the server puts in the place of the page's context placeholder. */
export function pageContext(): PageContext {
  const script = document.getElementById('context');
  if (!script?.textContent) return NOTHING;
  const found = JSON.parse(script.textContent) as Partial<PageContext>;
  const customer = found.customer?.email ? found.customer : null;
  return { ...NOTHING, ...found, customer };
}
