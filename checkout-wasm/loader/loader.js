// The loader: a plain script for the <head> of the checkout page, loaded beside it (`async`): the
// page waits for nothing of ours.
//
// It patches XMLHttpRequest and fetch at once, so that no typed code slips past before the module
// is there, and loads the module. What the page sent before this script came, went its own way; the
// module is told of it. Everything that needs a decision is the module's; here is only the plumbing,
// and the one answer for a code when there is no module. Every request that is not the checkout's
// costs one comparison (`WATCHED`). Whatever goes wrong, the page goes on as if this script were not
// there, except that a typed code gets a sentence and never the network.
import { api } from './api.js';
import { hush, later, say } from './notice.js';
import { token } from './token.js';
import { lang, words } from './words.js';

(() => {
  const script = document.currentScript;
  const page = window;
  if (!script || page.Voucherbridge) return;

  const WATCHED = /api\/storefront\/(checkout|cart)s?\/|internalapi\/v1\/checkout\/(order|customer)/i;
  const CODES = /\/(coupons|gift-certificates)\/*(\?|#|$)/i;
  const READY_WITHIN = 3000;
  const CODE_WITHIN = 30000;
  const CHANGE_WITHIN = 15000;
  const ORDER_WITHIN = 2000;
  // What to do with a request; the module's `plan` answers with the same numbers.
  const WATCH = 1;
  const HOLD_CODE = 2;
  const HOLD_CHANGE = 3;
  const HOLD_ORDER = 4;

  // What was there before us, the store's own patches included.
  const Xhr = page.XMLHttpRequest;
  const proto = Xhr.prototype;
  const { open, send, setRequestHeader } = proto;
  const fetchBefore = page.fetch;

  const since = performance.now();
  const base = new URL('.', script.src);
  const requests = new WeakMap();
  let early = []; // answers seen before the module was ready
  let module;
  let dead = false;

  const giveUp = () => {
    dead = true;
    module = undefined;
    early = [];
  };

  // Whether a code of ours was on this checkout on the tab's last page: it may be out of date.
  const kept = (url) => {
    try {
      return url.includes(JSON.parse(sessionStorage.getItem('voucherbridge')).checkout);
    } catch {
      return false;
    }
  };

  const planFor = (method, url) => {
    if (method === 'POST' && CODES.test(url)) return HOLD_CODE;
    if (!module) return dead ? 0 : method === 'GET' && kept(url) ? HOLD_CHANGE : WATCH;
    try {
      return module.plan(method, url);
    } catch {
      giveUp();
      return 0;
    }
  };

  const seen = (method, url, status, text) => {
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

  // Sends a request by an XMLHttpRequest of our own, through what was there before us.
  const transport = ({ method, url, headers, body, credentials }) =>
    new Promise((resolve) => {
      const xhr = new Xhr();
      open.call(xhr, method, url, true);
      xhr.withCredentials = credentials;
      for (const name in headers) setRequestHeader.call(xhr, name, headers[name]);
      xhr.onloadend = () =>
        resolve({
          status: xhr.status,
          statusText: xhr.statusText,
          headers: xhr.getAllResponseHeaders(),
          body: xhr.responseText,
        });
      send.call(xhr, body);
    });

  // Asks the backend; no answer where it takes longer than it may, if there is a limit.
  const ask = (method, url, body, keepalive, within) => {
    const asking = async () => {
      const headers = body && { 'content-type': 'application/json' };
      const init = { method, headers, body, keepalive, credentials: 'omit' };
      const response = await fetchBefore.call(page, url, init);
      return { status: response.status, body: await response.json() };
    };
    return within ? Promise.race([asking(), later(within)]) : asking();
  };

  // The events for theme developers.
  const tell = (name, detail) =>
    document.dispatchEvent(new CustomEvent(`voucherbridge:${name}`, { detail }));

  const refusal = () => {
    say(words.unavailable);
    tell('error', { kind: 'unavailable', message: words.unavailable });
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
      if (!module && !dead) {
        await Promise.race([ready, later(READY_WITHIN)]);
        dead = !module;
      }
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
    const early = !module && Promise.race([ready, later(READY_WITHIN)]);
    const original = await transport(request);
    try {
      if (early) {
        const { method, url } = request;
        await early;
        if (!module || planFor(method, url) < HOLD_CHANGE) {
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

  const answerFor = async (plan, request, body) => {
    if (body != null) request.body = await new Response(body).text();
    return plan === HOLD_CODE ? answerCode(request) : answerChange(request);
  };

  // The answer in place of an order that must not be placed; nothing where it may, or nobody says in time.
  const answerOrder = async () => {
    try {
      return await Promise.race([module.order(), later(ORDER_WITHIN)]);
    } catch {
      giveUp();
    }
  };

  // Makes an XMLHttpRequest that was opened and never sent look answered.
  const settle = (xhr, request, event, answer) => {
    if (requests.get(xhr) !== request || request.over) return;
    request.over = true;
    clearTimeout(request.timer);
    const show = (name, value) => {
      request.shown.push(name);
      Object.defineProperty(xhr, name, { configurable: true, value });
    };
    if (answer) {
      const { status, statusText, headers, body } = answer;
      let response = body;
      if (xhr.responseType === 'json') {
        try {
          response = JSON.parse(body);
        } catch {
          response = null;
        }
      } else {
        show('responseText', body);
      }
      show('status', status);
      show('statusText', statusText);
      show('responseURL', request.url);
      show('response', response);
      show('getAllResponseHeaders', () => headers);
      show('getResponseHeader', (name) => new Headers(pairs(headers)).get(name));
    }
    for (const state of answer ? [2, 3, 4] : [4]) {
      show('readyState', state);
      xhr.dispatchEvent(new Event('readystatechange'));
    }
    const loaded = answer ? answer.body.length : 0;
    for (const type of [event, 'loadend']) xhr.dispatchEvent(new ProgressEvent(type, { loaded }));
    if (event === 'abort') show('readyState', 0);
  };

  const pairs = (headers) =>
    headers
      .split('\r\n')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);

  const hold = (xhr, request, body, plan) => {
    const finish = (answer) =>
      answer.status ? settle(xhr, request, 'load', answer) : settle(xhr, request, 'error');
    request.credentials = xhr.withCredentials;
    request.shown.push('abort');
    xhr.abort = () => settle(xhr, request, 'abort');
    if (xhr.timeout) request.timer = setTimeout(settle, xhr.timeout, xhr, request, 'timeout');
    xhr.dispatchEvent(new ProgressEvent('loadstart'));
    answerFor(plan, request, body).then(finish, () => finish({}));
  };

  const watch = (xhr, request) =>
    xhr.addEventListener('load', () => {
      const text = /^(text)?$/.test(xhr.responseType) ? xhr.responseText : JSON.stringify(xhr.response);
      seen(request.method, request.url, xhr.status, text);
    });

  // An order is sent as the page made it, a moment later.
  const holdOrder = async (xhr, request, body) => {
    request.shown.push('abort');
    xhr.abort = () => settle(xhr, request, 'abort');
    const answer = await answerOrder();
    if (answer) return settle(xhr, request, 'load', answer);
    if (requests.get(xhr) !== request || request.over) return;
    delete xhr.abort;
    watch(xhr, request);
    send.call(xhr, body);
  };

  proto.open = function (method, url, isAsync) {
    const before = requests.get(this);
    if (before) {
      for (const name of before.shown) delete this[name];
      requests.delete(this);
    }
    if (WATCHED.test(url)) {
      try {
        requests.set(this, {
          method: String(method).toUpperCase(),
          url: new URL(url, document.baseURI).href,
          headers: {},
          shown: [],
          sync: arguments.length > 2 && !isAsync,
        });
      } catch {
        // Not an address: open() itself says so.
      }
    }
    return open.apply(this, arguments);
  };

  proto.setRequestHeader = function (name, value) {
    const request = requests.get(this);
    const result = setRequestHeader.apply(this, arguments);
    if (request) {
      const key = String(name).toLowerCase();
      const before = request.headers[key];
      request.headers[key] = before ? `${before}, ${value}` : String(value);
    }
    return result;
  };

  proto.send = function (body) {
    const request = requests.get(this);
    if (!request) return send.apply(this, arguments);
    const plan = planFor(request.method, request.url);
    if (plan === HOLD_CODE && request.sync) return settle(this, request, 'load', refusal());
    if (plan >= HOLD_CODE && !request.sync) {
      return (plan === HOLD_ORDER ? holdOrder : hold)(this, request, body, plan);
    }
    if (plan) watch(this, request);
    return send.apply(this, arguments);
  };

  const responseOf = ({ status, statusText, headers, body }) => {
    const empty = status === 204 || status === 205 || status === 304;
    return new Response(empty ? null : body, { status, statusText, headers: pairs(headers) });
  };

  const fetchHeld = async (plan, request) => {
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

  page.fetch = function (input, init) {
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
    if (plan === HOLD_ORDER) return answerOrder().then((answer) => (answer ? responseOf(answer) : sendNow()));
    return plan >= HOLD_CODE ? fetchHeld(plan, request) : sendNow();
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

  const load = async () => {
    // Both at once: the wasm is the larger.
    const wasm = fetchBefore.call(page, new URL('module.wasm', base), {
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
    exports.start(
      { transport, ask, later, token, tell, say, hush, lang, ...words },
      new URL('../../', base).href,
      new URLSearchParams(script.src.split('?')[1]).get('store'),
    );
    for (const answer of early) exports.seen(...answer);
    early = [];
    Object.assign(page.Voucherbridge, api(exports));
    module = exports;
    dead = false;
    try {
      tellMissed(exports.missed);
    } catch {
      // A browser without the means: what is missed stays so.
    }
    tell('ready');
  };

  const ready = load().then(
    () => true,
    () => {
      giveUp();
      return false;
    },
  );
  page.Voucherbridge = { version: base.pathname.split('/').slice(-2)[0], ready };
})();
