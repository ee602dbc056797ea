// What the page says without the backend: in the language of the page.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { CHECKOUT, NATIVE, SENTENCE, World, applied, appliedCode, checkout, launch } from './harness.mjs';

let browser;
let world;
before(async () => { browser = await launch(); });
after(() => browser.close());
beforeEach(async () => { world = await World.start(browser); });
afterEach(() => world.stop());

const WORDS = {
  en: { unavailable: SENTENCE, left: 'The code SAVE10 can no longer be used and was taken off.', reload: /^The amounts/, close: 'Close' },
  de: { unavailable: /^Codes können zurzeit nicht geprüft werden\./, left: 'Der Code SAVE10 kann nicht mehr verwendet werden und wurde entfernt.', reload: /^Die Beträge/, close: 'Schließen' },
  fr: { unavailable: /^Les codes ne peuvent pas être vérifiés/, left: 'Le code SAVE10 ne peut plus être utilisé et a été retiré.', reload: /^Les montants/, close: 'Fermer' },
  es: { unavailable: /^Los códigos no se pueden comprobar/, left: 'El código SAVE10 ya no se puede usar y se ha quitado.', reload: /^Los importes/, close: 'Cerrar' },
  pl: { unavailable: /^W tej chwili nie można sprawdzić kodów\./, left: 'Kod SAVE10 nie może już zostać użyty i został usunięty.', reload: /^Kwoty rabatów/, close: 'Zamknij' },
};
const LANGS = { 'en-GB': 'en', ja: 'en', '': 'en', de: 'de', 'DE-at': 'de', fr_CA: 'fr', 'es-419': 'es', pl: 'pl' };

const matches = (text, wanted) => (typeof wanted === 'string' ? assert.equal(text, wanted) : assert.match(text, wanted));
const notice = (text) => world.page.locator('#voucherbridge-notice [role=status]').getByText(text, { exact: true });
const coupon = () => world.send('POST', 'coupons?include=x', { couponCode: 'SAVE10' });

for (const [lang, of] of Object.entries(LANGS)) {
  const words = WORDS[of];

  test(`a page in "${lang}" without the module`, async () => {
    world.html.lang = lang;
    world.assets['module.wasm'] = () => ({ status: 404, body: '' });
    await world.open();
    matches(JSON.parse((await coupon()).text).detail, words.unavailable);
    await notice(words.unavailable).waitFor();
    await world.page.getByRole('button', { name: words.close, exact: true }).click();
    assert.equal(await notice(words.unavailable).count(), 0);
  });

  test(`a page in "${lang}" without the backend`, async () => {
    world.html.lang = lang;
    world.backend = () => null;
    await world.open();
    matches(JSON.parse((await coupon()).text).detail, words.unavailable);
    matches((await world.events()).at(-1).message, words.unavailable);
    await notice(words.unavailable).waitFor();
  });

  test(`a page in "${lang}" on which a code left and amounts are old`, async () => {
    world.html.lang = lang;
    world.store = () => ({ body: checkout([[NATIVE, 10]]) });
    world.backend = ({ path }) => ({ body: path.endsWith('/codes') ? applied() : { changed: true, codes: [], dropped: [] } });
    await world.open();
    await coupon();
    // The page reads before the loader is there: it cannot be given another answer.
    world.html.before = `<script>fetch('/api/storefront/checkout/${CHECKOUT}?include=x')</script>`;
    world.html.method = 'defer';
    await world.open();
    await world.page.locator('#voucherbridge-notice [role=status]', { hasText: words.left }).waitFor();
    const said = await world.page.locator('#voucherbridge-notice [role=status]').textContent();
    matches(said.slice(words.left.length + 1), words.reload);
    const sent = world.sent('backend', 'POST', /(codes|refresh)$/).map(({ body }) => JSON.parse(body).locale);
    assert.deepEqual(new Set(sent), new Set([lang || undefined]));
  });
}

test('what the backend says is told as it is', async () => {
  world.html.lang = 'de';
  world.store = () => ({ body: checkout([[NATIVE, 0]]) });
  const message = 'Der Code SAVE10 wurde entfernt. Dieser Code ist abgelaufen.';
  world.backend = ({ path }) => (path.endsWith('/codes')
    ? { body: applied({ codes: [appliedCode({ amount: 0 })], dropped: [{ code: 'OLD', native_code: 'OLD-000000', reason: 'expired', message }] }) }
    : { body: { changed: false, codes: [], dropped: [] } });
  await world.open();
  await coupon();
  await notice(message).waitFor();
});
