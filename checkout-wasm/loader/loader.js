// The loader: a plain script for the <head> of the checkout page, loaded beside it (`async`): the
// page waits for nothing of ours.
//
// It patches XMLHttpRequest and fetch at once, so that no typed code slips past before the module
// is there, and loads the module. What the page sent before this script came, went its own way; the
// module is told of it. Everything that needs a decision is the module's; here is only the plumbing,
// and the one answer for a code when there is no module. Every request that is not the checkout's
// costs one comparison (`WATCHED`). Whatever goes wrong, the page goes on as if this script were not
// there, except that a typed code gets a sentence and never the network.
import { patchFetch } from './fetch.js';
import { load } from './module.js';
import { patchXhr } from './xhr.js';

const script = document.currentScript;
if (script && !window.Voucherbridge) {
  const base = new URL('.', script.src);
  patchXhr();
  patchFetch();
  const ready = load(script, base);
  window.Voucherbridge = { version: base.pathname.split('/').slice(-2)[0], ready };
}
