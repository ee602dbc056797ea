// One fixed notice for sentences that the checkout does not show itself: checkout UIs differ in what
// they show of an error. It stands beside no particular element and brings its own look.
import { words } from './words.js';

const PAGE_SHOWS_WITHIN = 600;
const SHOWN_FOR = 10000;

const HOST =
  'position:fixed;z-index:2147483647;left:0;right:0;bottom:0;' +
  'padding:1rem 1rem calc(1rem + env(safe-area-inset-bottom));pointer-events:none';
const BOX =
  'display:flex;align-items:center;gap:.75rem;box-sizing:border-box;max-width:32rem;margin:0 auto;' +
  'padding:.75rem .75rem .75rem 1rem;border-radius:.5rem;background:#1f2937;color:#fff;' +
  'font:1rem/1.4 system-ui,sans-serif;box-shadow:0 .25rem 1rem rgba(0,0,0,.3);pointer-events:auto';
const TEXT = 'flex:1;overflow-wrap:anywhere';
const BUTTON =
  'flex:none;width:2.75rem;height:2.75rem;border:0;border-radius:.375rem;background:transparent;' +
  'color:#fff;font:1.5rem/1 system-ui,sans-serif;cursor:pointer';

let shown;
// Counts what there was to say: a later word makes what waits for an earlier one idle.
let turn = 0;

export const later = (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value));

const element = (parent, tag, style, attributes) => {
  const made = document.createElement(tag);
  // By the style object, not by markup: a content security policy may forbid inline styles.
  made.style.cssText = style;
  for (const name in attributes) made.setAttribute(name, attributes[name]);
  parent.append(made);
  return made;
};

const hide = () => {
  if (shown) shown.host.remove();
  shown = null;
};

const put = async (sentence) => {
  hide();
  const host = element(document.body, 'div', HOST, { id: 'voucherbridge-notice' });
  shown = { host, sentence };
  const box = element(host.attachShadow({ mode: 'open' }), 'div', BOX);
  const text = element(box, 'span', TEXT, { role: 'status', 'aria-live': 'polite' });
  const button = element(box, 'button', BUTTON, { type: 'button', 'aria-label': words.close });
  button.textContent = '\u00d7';
  button.onclick = hide;
  await later(50); // a live region speaks of what changes in it
  text.textContent = sentence;
};

const speak = async (sentence) => {
  const mine = (turn += 1);
  await later(PAGE_SHOWS_WITHIN);
  if (turn !== mine || document.body.innerText.includes(sentence)) return;
  // The same one again only stays longer.
  if (!shown || shown.sentence !== sentence || !shown.host.isConnected) await put(sentence);
  await later(SHOWN_FOR);
  if (turn === mine) hide();
};

/** Shows a sentence unless the page does so itself. */
export const say = (sentence) => {
  speak(sentence).catch(() => {});
};

/** Takes back what was said: the shopper tries again, or it worked. */
export const hush = () => {
  turn += 1;
  hide();
};
