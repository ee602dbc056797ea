// The page's XMLHttpRequest: what it sends for the checkout waits for the module where it must, and
// is watched otherwise.
import { answerFor, answerOrder, pairs, refusal } from './answers.js';
import { Xhr, open, send, setRequestHeader } from './before.js';
import { CODE, ORDER, WATCHED, planFor, seen } from './module.js';

const requests = new WeakMap();

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

function patchedOpen(method, url, isAsync) {
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
}

function patchedSetRequestHeader(name, value) {
  const request = requests.get(this);
  const result = setRequestHeader.apply(this, arguments);
  if (request) {
    const key = String(name).toLowerCase();
    const before = request.headers[key];
    request.headers[key] = before ? `${before}, ${value}` : String(value);
  }
  return result;
}

function patchedSend(body) {
  const request = requests.get(this);
  if (!request) return send.apply(this, arguments);
  const plan = planFor(request.method, request.url);
  if (plan === CODE && request.sync) return settle(this, request, 'load', refusal());
  if (plan >= CODE && !request.sync) {
    return (plan === ORDER ? holdOrder : hold)(this, request, body, plan);
  }
  if (plan) watch(this, request);
  return send.apply(this, arguments);
}

export const patchXhr = () => {
  Xhr.prototype.open = patchedOpen;
  Xhr.prototype.setRequestHeader = patchedSetRequestHeader;
  Xhr.prototype.send = patchedSend;
};
