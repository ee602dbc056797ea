import { pageContext } from './context';

/** A price of the catalogue in the shopper's currency, rounded as the server does. */
export function price(amount: number): string {
  const { currency, currencies } = pageContext();
  const rate = currencies.find(({ code }) => code === currency)?.rate ?? 1;
  const cents = Math.round(Number((amount * rate * 100).toFixed(4)));
  return money(cents / 100, currency);
}

/** Writes an amount as the storefront API gives it (a decimal number) in a currency: `$1,234.50`. */
export function money(amount: number, currency = 'USD'): string {
  return new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(amount);
}
