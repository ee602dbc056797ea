// The page's fetch: what it sends for the checkout waits for the module where it must, and is
// watched otherwise.
import { answerFor, answerOrder, pairs } from './answers.js';
import { fetchBefore } from './before.js';
import { CODE, ORDER, WATCHED, planFor, seen } from './module.js';

const responseOf = ({ status, statusText, headers, body }) => {
  const empty = status === 204 || status === 205 || status === 304;
  return new Response(empty ? null : body, { status, statusText, headers: pairs(headers) });
};

const hold = async (plan, request) => {
  const body = /^(GET|HEAD)$/.test(request.method) ? undefined : await request.text();
  const { signal } = request;
  if (signal.aborted) throw signal.reason;
  const aborted = new Promise((_, reject) => {
    signal.onabort = () => reject(signal.reason);
  });
  const answering = answerFor(
    plan,
    {
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(request.headers),
      credentials: request.credentials === 'include',
    },
    body || undefined,
  );
  const answer = await Promise.race([answering, aborted]);
  if (!answer.status) throw new TypeError('Failed to fetch');
  return responseOf(answer);
};

function patchedFetch(input, init) {
  if (!WATCHED.test((input && input.url) || input)) return fetchBefore.apply(this, arguments);
  let request;
  try {
    request = new Request(input instanceof Request ? input.clone() : input, init);
  } catch {
    return fetchBefore.apply(this, arguments); // which refuses it for the same reason
  }
  const { url } = request;
  const method = request.method.toUpperCase();
  const plan = planFor(method, url);
  const sendNow = () => {
    const answering = fetchBefore.apply(this, arguments);
    if (plan) {
      answering
        .then((response) => response.clone().text().then((text) => seen(method, url, response.status, text)))
        .catch(() => {});
    }
    return answering;
  };
  if (plan === ORDER) return answerOrder().then((answer) => (answer ? responseOf(answer) : sendNow()));
  return plan >= CODE ? hold(plan, request) : sendNow();
}

export const patchFetch = () => {
  window.fetch = patchedFetch;
};
