/**
 * What the shop sells. A real theme gets this from the store's templates; the demo's pages are
 * plain files, so the list is written here. The server decides every price in the cart: a browser
 * test compares it with the price shown.
 */
export interface Variant {
  id: number;
  label: string;
}

export interface Product {
  id: number;
  name: string;
  about: string;
  price: number;
  /** The manufacturer's price. */
  retailPrice?: number;
  variants?: Variant[];
  /** What must be said about it before it can be bought: an option with a text. */
  asks?: { id: number; label: string; maximum: number };
}

export interface Category {
  id: number;
  name: string;
  products: Product[];
}

export const CATALOGUE: Category[] = [
  {
    id: 1,
    name: 'Phones',
    products: [
      {
        id: 111,
        name: 'iPhone 8',
        about: 'The one with the button. Renewed, with a fresh battery.',
        price: 799,
        retailPrice: 849,
      },
    ],
  },
  {
    id: 2,
    name: 'Clothing',
    products: [
      {
        id: 112,
        name: 'T-shirt',
        about: 'Heavy organic cotton, cut straight.',
        price: 25,
        variants: [
          { id: 212, label: 'S' },
          { id: 213, label: 'M' },
          { id: 214, label: 'L' },
        ],
      },
      {
        id: 115,
        name: 'Socks',
        about: 'Merino, for long walks and cold floors.',
        price: 7.5,
      },
    ],
  },
  {
    id: 3,
    name: 'Accessories',
    products: [
      {
        id: 113,
        name: 'Phone case',
        about: 'Cork and recycled bumpers. Falls well.',
        price: 19.9,
      },
      {
        id: 114,
        name: 'Charger',
        about: 'Thirty watts in the size of a matchbox.',
        price: 29.95,
      },
      {
        id: 116,
        name: 'Headphones',
        about: 'Closed, quiet, forty hours on a charge.',
        price: 129,
      },
      {
        id: 117,
        name: 'Mug',
        about: 'Stoneware, and everybody wants one.',
        price: 12,
      },
      {
        id: 118,
        name: 'Engraved pen',
        about: 'Brass, with a few words of yours on it.',
        price: 15,
        asks: { id: 41, label: 'Engraving', maximum: 20 },
      },
    ],
  },
];
