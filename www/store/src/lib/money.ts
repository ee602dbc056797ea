import { pageContext } from './context';

/** A price of the catalogue in the shopper's currency, rounded as the server does. */
export function price(amount: number): string {
  const { currency, currencies } = pageContext();
  const found = currencies.find(({ code }) => code === currency);
  const unit = 10 ** (found?.decimalPlaces ?? 2);
  const units = Math.round(Number((amount * (found?.rate ?? 1) * unit).toFixed(4)));
  return money(units / unit, currency);
}

/**
 * Writes an amount as the storefront API gives it (a decimal number) in a currency, with as many
 * decimals as the currency has: `$1,234.50`, `¥1,235`, `KWD 1.235`.
 */
export function money(amount: number, currency = 'USD'): string {
  // Nothing off is -0.
  return new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(amount || 0);
}
