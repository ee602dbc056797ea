// The module: it is loaded here, and asked what to do with a request. What the page got before the
// module was there, the module is told of.
import { ask, fetchBefore, transport } from './before.js';
import { dispatch } from './events.js';
import { hush, later, say } from './notice.js';
import { api } from './theme_api.js';
import { token } from './token.js';
import { lang, words } from './words.js';

export const WATCHED = /api\/storefront\/(checkout|cart)s?\/|internalapi\/v1\/checkout\/(order|customer)/i;
const CODES = /\/(coupons|gift-certificates)\/*(\?|#|$)/i;
const READY_WITHIN = 3000;
// What to do with a request; the module's `plan` answers with the same numbers.
const WATCH = 1;
export const CODE = 2;
export const CHANGE = 3;
export const ORDER = 4;

const since = performance.now();
let early = []; // answers seen before the module was ready
let dead = false;
let ready;
export let module;

export const giveUp = () => {
  dead = true;
  module = undefined;
  early = [];
};

/** Waits until the module is there, but not for long. */
export const inTime = () => Promise.race([ready, later(READY_WITHIN)]);

/** The same for a code; when the module does not come, the next code waits no more. */
export const inTimeForCode = async () => {
  if (dead) return;
  await inTime();
  dead = !module;
};

// Whether a code of ours was on this checkout on the tab's last page: it may be out of date.
const kept = (url) => {
  try {
    return url.includes(JSON.parse(sessionStorage.getItem('voucherbridge')).checkout);
  } catch {
    return false;
  }
};

export const planFor = (method, url) => {
  if (method === 'POST' && CODES.test(url)) return CODE;
  if (!module) return dead ? 0 : method === 'GET' && kept(url) ? CHANGE : WATCH;
  try {
    return module.plan(method, url);
  } catch {
    giveUp();
    return 0;
  }
};

/** An answer that went to the page as it was. */
export const seen = (method, url, status, text) => {
  if (!module) {
    if (!dead) early.push([method, url, status, text]);
    return;
  }
  try {
    module.seen(method, url, status, text);
  } catch {
    giveUp();
  }
};

// Tells of the checkout's requests that were sent before us, those still under way when they end.
const tellMissed = (missed) => {
  const observer = new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) {
      if (startTime < since && WATCHED.test(name)) missed(name);
    }
  });
  observer.observe({ type: 'resource', buffered: true });
};

const fetchModule = async (script, base) => {
  // Both at once: the wasm is the larger.
  const wasm = fetchBefore.call(window, new URL('module.wasm', base), {
    integrity: __MODULE_INTEGRITY__,
    credentials: 'omit',
  });
  wasm.catch(() => {});
  const glue = document.createElement('script');
  await new Promise((resolve, reject) => {
    glue.onload = resolve;
    glue.onerror = reject;
    glue.crossOrigin = 'anonymous';
    glue.integrity = __GLUE_INTEGRITY__;
    glue.nonce = script.nonce;
    glue.src = new URL('glue.js', base);
    script.after(glue);
  });
  const exports = glue.voucherbridge;
  await exports({ module_or_path: wasm });
  return exports;
};

const start = async (script, base) => {
  const exports = await fetchModule(script, base);
  exports.start(
    { transport, ask, later, token, dispatch, say, hush, lang, ...words },
    new URL('../../', base).href,
    new URLSearchParams(script.src.split('?')[1]).get('store'),
  );
  for (const answer of early) exports.seen(...answer);
  early = [];
  Object.assign(window.Voucherbridge, api(exports));
  module = exports;
  dead = false;
  try {
    tellMissed(exports.missed);
  } catch {
    // A browser without the means: what is missed stays so.
  }
  dispatch('ready');
};

/** Loads the module from beside the loader; whether it came. */
export const load = (script, base) => {
  ready = start(script, base).then(
    () => true,
    () => {
      giveUp();
      return false;
    },
  );
  return ready;
};
