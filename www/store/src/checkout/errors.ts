/** What the SDK's errors carry when a server answered (its RequestError). */
interface Answered {
  type?: string;
  status?: number;
  message?: string;
  body?: { detail?: string; title?: string; code?: string; type?: string };
  errors?: { code?: string; message?: string }[];
}

const GENERIC_CODE = 'The gift certificate or coupon code is invalid';

/** Codes of a refused coupon for which the checkout has a text of its own. */
const CODE_TEXTS: Record<string, string> = {
  min_purchase: 'Your order does not meet the minimum total for this coupon code to be applied.',
  not_applicable:
    "Your shipping address doesn't meet the location requirements for the coupon code you entered.",
};

/**
 * The sentence for a refused code, chosen as BigCommerce's own checkout does: its text for the two
 * reasons it knows, else the server's, else a general one.
 */
export function codeMessage(error: unknown): string {
  const { errors } = error as Answered;
  const first = errors?.[0];
  if (!first) return GENERIC_CODE;
  return CODE_TEXTS[first.code ?? ''] ?? first.message ?? GENERIC_CODE;
}

/** The sentence for anything else that failed. */
export function messageOf(error: unknown): string {
  const { body, errors, status, message } = error as Answered;
  if (body?.detail) return body.detail;
  if (errors?.[0]?.message) return errors[0].message;
  if (status === 0 || message === undefined) return 'The shop cannot be reached. Please try again.';
  return body?.title ?? 'Something went wrong. Please try again.';
}

/**
 * Whether the store itself refused the order, because the checkout is no longer what the page shows
 * (`cart_has_changed`).
 */
export function isInconsistent(error: unknown): boolean {
  return (error as Answered).type === 'cart_consistency';
}

/** Whether the order was not placed because the cart is no longer what the page shows. */
export function isCartChanged(error: unknown): boolean {
  return (error as Answered).type === 'cart_changed';
}
