// The answers for requests that wait for the module. Without the module there is one answer for a
// code; every other request goes on as if this script were not there.
import { transport } from './before.js';
import { dispatch } from './events.js';
import { CHANGE, CODE, giveUp, inTime, inTimeForCode, module, planFor, seen } from './module.js';
import { later, say } from './notice.js';
import { words } from './words.js';

const CODE_WITHIN = 30000;
const CHANGE_WITHIN = 15000;
const ORDER_WITHIN = 2000;

/** The refusal of a code that nobody could check. */
export const refusal = () => {
  say(words.unavailable);
  dispatch('error', { kind: 'unavailable', message: words.unavailable });
  return {
    status: 400,
    statusText: 'Bad Request',
    headers: 'content-type: application/json\r\n',
    body: JSON.stringify({
      title: 'Codes cannot be checked',
      type: 'about:blank',
      status: 400,
      detail: words.unavailable,
    }),
  };
};

const answerCode = async (request) => {
  try {
    if (!module) await inTimeForCode();
    if (module) {
      const answer = await Promise.race([module.code(request), later(CODE_WITHIN)]);
      if (answer) return answer;
    }
  } catch {
    giveUp();
  }
  return refusal();
};

const answerChange = async (request) => {
  const early = !module && inTime();
  const original = await transport(request);
  try {
    if (early) {
      const { method, url } = request;
      await early;
      if (!module || planFor(method, url) < CHANGE) {
        seen(method, url, original.status, original.body);
        return original;
      }
    }
    const answer = module.changed(request, original);
    return (await Promise.race([answer, later(CHANGE_WITHIN)])) || original;
  } catch {
    giveUp();
    return original;
  }
};

/** What the page gets for a code or a change. */
export const answerFor = async (plan, request, body) => {
  if (body != null) request.body = await new Response(body).text();
  return plan === CODE ? answerCode(request) : answerChange(request);
};

/** The answer in place of an order that must not be placed; nothing where it may, or nobody says in time. */
export const answerOrder = async () => {
  try {
    return await Promise.race([module.order(), later(ORDER_WITHIN)]);
  } catch {
    giveUp();
  }
};

/** The headers of an answer, each with its name and its value. */
export const pairs = (headers) =>
  headers
    .split('\r\n')
    .filter(Boolean)
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
