/** Writes an amount as the storefront API gives it (a decimal number) in a currency: `$1,234.50`. */
export function money(amount: number, currency = 'USD'): string {
  return new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(amount);
}
