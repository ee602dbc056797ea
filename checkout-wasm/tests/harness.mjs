// A page with the loader in its head, a store and a backend that a test sets up as it likes.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { chromiumFlags, findChromium } from '../../.ci/lib/chromium.mjs';

export const CHECKOUT = '00000000-0000-4000-8000-000000000001';
export const SENTENCE = 'Codes cannot be checked right now. You can still place your order.';
export const NATIVE = 'SAVE10-7K3M9Q';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const manifest = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8'));
const types = { 'loader.js': 'text/javascript', 'glue.js': 'text/javascript', 'module.wasm': 'application/wasm' };

export async function launch() {
  return chromium.launch({ executablePath: (await findChromium()) ?? undefined, args: chromiumFlags() });
}

export function appliedCode(overrides = {}) {
  return { code: 'SAVE10', native_code: NATIVE, kind: 'coupon', amount: 1000, currency: 'USD', ...overrides };
}

export function applied(overrides = {}) {
  return { outcome: 'applied', native_codes: [NATIVE], codes: [appliedCode()], dropped: [], ...overrides };
}

/** A checkout as the storefront answers it, cut to what matters here. */
export function checkout(coupons = [], extra = {}) {
  const item = { id: 'item-1', parentId: null, productId: 111, variantId: 211, quantity: 2, isMutable: true, addedByPromotion: false };
  return {
    id: CHECKOUT,
    cart: { id: CHECKOUT, lineItems: { physicalItems: [item], digitalItems: [], giftCertificates: [], customItems: [] } },
    coupons: coupons.map(([code, discountedAmount]) => ({ id: 1, code, couponType: 'promotion', discountedAmount })),
    ...extra,
  };
}

/** A promise that fails after a while: the page's clock may stand still. */
async function inTime(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(what)), 15_000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => {});
  }
}

/** Waits until something observable has happened. */
export async function until(condition, what = 'it') {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function listen(handle) {
  return new Promise((resolve) => {
    const server = createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const call = {
        method: request.method,
        path: request.url,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
        at: performance.now(),
      };
      await handle(call, response);
    });
    server.listen(0, '127.0.0.1', () => resolve({ server, url: `http://127.0.0.1:${server.address().port}` }));
  });
}

function reply(response, { status = 200, body = {}, headers = {} }) {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(text);
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': '*',
};

/**
 * A shop and a backend for one test. `store(call)` and `backend(call)` answer `{status, body}`, or
 * a promise of it, or null for a dropped connection; `assets` replaces files of the module.
 */
export class World {
  calls = { store: [], backend: [] };
  store = () => ({ body: checkout() });
  backend = () => ({ body: applied() });
  assets = {};
  page = null;
  html = { before: '', after: '', body: '', headers: {}, method: 'async', lang: 'en' };

  static async start(browser) {
    const world = new World();
    world.shop = await listen((call, response) => world.#serveShop(call, response));
    world.back = await listen((call, response) => world.#serveBackend(call, response));
    world.context = await browser.newContext();
    world.page = await world.context.newPage();
    return world;
  }

  async stop() {
    await this.context.close();
    for (const { server } of [this.shop, this.back]) {
      server.closeAllConnections();
      server.close();
    }
  }

  /** Opens the page; `ready` waits for the module, `loader` at least for the loader. */
  async open({ ready = true, loader = true } = {}) {
    await this.page.goto(`${this.shop.url}/checkout`, { waitUntil: 'domcontentloaded' });
    if (loader) await this.page.waitForFunction(() => window.Voucherbridge);
    if (loader && ready) await this.page.evaluate(() => window.Voucherbridge.ready);
  }

  /** Opens the page and stops its clock: timers fire by `pass` alone. */
  async openFrozen(options) {
    await this.page.clock.install();
    await this.open(options);
    await this.page.clock.pauseAt(await this.page.evaluate(() => Date.now() + 60_000));
  }

  pass(milliseconds) {
    return this.page.clock.runFor(milliseconds);
  }

  /** Sends a request from the page by XMLHttpRequest (or fetch) and tells all that it shows. */
  send(method, path, body, { by = 'xhr', headers = {} } = {}) {
    const url = path.startsWith('/') ? path : `/api/storefront/checkouts/${CHECKOUT}/${path}`;
    const sending = this.page.evaluate(
      ({ by, ...request }) => window.sendBy[by](request),
      { by, method, url, body: body && JSON.stringify(body), headers: { accept: 'application/json', ...headers } },
    );
    return inTime(sending, `${method} ${url} got no answer`);
  }

  sent(where, method, pattern) {
    return this.calls[where].filter((call) => call.method === method && pattern.test(call.path));
  }

  events() {
    return this.page.evaluate(() => window.seenEvents);
  }

  async #serveShop(call, response) {
    if (call.path === '/checkout') {
      const { before, after, body, headers, method, lang } = this.html;
      const loader = `${this.back.url}/assets/${manifest.version}/loader.js?store=demo1store`;
      const html = `<!doctype html><html lang="${lang}"><head><script>${inPage}</script>${before}
        <script ${method} src="${loader}" integrity="${this.assets['loader.js'] ? '' : manifest.loader.integrity}" crossorigin="anonymous"></script>${after}</head><body>${body}</body></html>`;
      return reply(response, { body: html, headers: { 'content-type': 'text/html', 'set-cookie': 'XSRF-TOKEN=to%3Dken', ...headers } });
    }
    if (call.path === '/favicon.ico') return reply(response, { status: 404 });
    this.calls.store.push(call);
    const answer = await this.store(call);
    return answer ? reply(response, answer) : response.destroy();
  }

  async #serveBackend(call, response) {
    if (call.method === 'OPTIONS') return reply(response, { headers: CORS });
    const file = /^\/assets\/[^/]+\/([^?]+)/.exec(call.path)?.[1];
    if (file) return this.#serveAsset(file, response);
    this.calls.backend.push(call);
    const answer = await this.backend(call);
    return answer ? reply(response, { ...answer, headers: { ...CORS, ...answer.headers } }) : response.destroy();
  }

  async #serveAsset(file, response) {
    const original = { body: readFileSync(join(dist, file)) };
    const answer = this.assets[file] ? await this.assets[file](original) : original;
    return answer
      ? reply(response, { ...answer, headers: { 'content-type': types[file], ...CORS } })
      : response.destroy();
  }
}

// What every test page has: two ways to send, and a record of our events.
const inPage = `(${function () {
  window.seenEvents = [];
  for (const name of ['applied', 'removed', 'rejected', 'error']) {
    document.addEventListener(`voucherbridge:${name}`, ({ detail }) => window.seenEvents.push({ name, ...detail }));
  }
  const xhr = ({ method, url, headers, body }, prepare = () => {}) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const events = [];
      request.onreadystatechange = () => events.push(request.readyState);
      request.onload = () => events.push('onload');
      for (const type of ['load', 'error', 'abort', 'timeout', 'loadend']) {
        request.addEventListener(type, () => events.push(type));
      }
      request.addEventListener('loadend', () => {
        const text = request.responseType === 'json' ? null : request.responseText;
        resolve({
          status: request.status,
          text,
          response: request.response,
          type: request.getResponseHeader('Content-Type'),
          all: request.getAllResponseHeaders(),
          events,
          own: Object.getOwnPropertyNames(request),
        });
      });
      request.open(method, url, true);
      request.withCredentials = true;
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      if (body) request.setRequestHeader('Content-Type', 'application/json');
      prepare(request);
      request.send(body ?? null);
    });
  const byFetch = async ({ method, url, headers, body }) => {
    try {
      const response = await fetch(url, { method, headers: { ...headers, ...(body && { 'content-type': 'application/json' }) }, body });
      return { status: response.status, text: await response.text(), type: response.headers.get('content-type') };
    } catch (error) {
      return { status: 0, error: String(error) };
    }
  };
  window.sendXhr = xhr;
  window.sendBy = { xhr: (request) => xhr(request), fetch: byFetch };
}})();`;
