// What was in the page before us, the store's own patches included; and our own requests, which go
// through it.
import { later } from './notice.js';

export const Xhr = window.XMLHttpRequest;
export const { open, send, setRequestHeader } = Xhr.prototype;
export const fetchBefore = window.fetch;

/** Sends a request by an XMLHttpRequest of our own. */
export const transport = ({ method, url, headers, body, credentials }) =>
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

/** Asks the backend; no answer where it takes longer than it may, if there is a limit. */
export const ask = (method, url, body, keepalive, within) => {
  const asking = async () => {
    const headers = body && { 'content-type': 'application/json' };
    const init = { method, headers, body, keepalive, credentials: 'omit' };
    const response = await fetchBefore.call(window, url, init);
    return { status: response.status, body: await response.json() };
  };
  return within ? Promise.race([asking(), later(within)]) : asking();
};
