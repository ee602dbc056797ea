// The small API for theme developers: `Voucherbridge.codes()`, `.apply()`, `.remove()`. It sends what
// the checkout itself would send, through the page's (patched) fetch.
import { token } from './token.js';

const send = async (checkout, method, path, body) => {
  if (!checkout) throw new Error('the page has not read a checkout yet');
  const headers = { accept: 'application/vnd.bc.v1+json' };
  if (body) headers['content-type'] = 'application/json';
  if (token()) headers['x-xsrf-token'] = token();
  const url = `/api/storefront/checkouts/${checkout}/${path}`;
  const response = await fetch(url, { method, credentials: 'same-origin', headers, body });
  const { ok } = response;
  const answer = await response.json().catch(() => ({}));
  return ok ? { ok, checkout: answer } : { ok, message: answer.detail };
};

export const api = ({ codes, checkoutId, codePath }) => ({
  // The codes of ours on this checkout: `[{code, nativeCode, amount, currency}]`. `code` and `amount`
  // are missing while the backend has not been asked since the page was loaded.
  codes,
  // Applies a code, or several, as if typed: `{ok, checkout?, message?}`.
  apply: (code) => send(checkoutId(), 'POST', 'coupons', JSON.stringify({ couponCode: `${code}` })),
  // Takes a native code off: `{ok, checkout?, message?}`.
  remove: (native) => send(checkoutId(), 'DELETE', `${codePath(native)}/${native}`),
});
