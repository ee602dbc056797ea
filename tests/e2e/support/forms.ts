/**
 * Tables of faults have two forms. The short one, which `npm test` runs, takes each kind of fault
 * once at each side that can have it; `npm run test:faults` takes every row.
 */
export const everyFault = process.env.VOUCHERBRIDGE_TEST_EVERY_FAULT !== undefined;

/** The rows of this run: all, or those that are not kept for the long form. */
export function rows<Row extends { long?: boolean }>(table: Row[]): Row[] {
  return table.filter(({ long = false }) => everyFault || !long);
}
