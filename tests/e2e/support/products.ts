/** The products of the demo shop by name; the T-shirt comes in three sizes. */
export const PRODUCTS = {
  'iPhone 8': { id: 111 },
  'T-shirt': { id: 112, variant: 212 },
  'Phone case': { id: 113 },
  Charger: { id: 114 },
  Socks: { id: 115 },
  Headphones: { id: 116 },
  'Engraved pen': { id: 118, text: 'For Ada' },
} as const;

export type ProductName = keyof typeof PRODUCTS;
export type CustomerName = 'alice' | 'bob';
