import { expect, test } from '../support/fixtures';
import { picture } from '../support/picture';

// Expired, for known shoppers only, unknown, and one whose free item is sold out.
const CODES = ['EXPIRED10', 'STAFF25', 'NO-SUCH-CODE', 'FREEMUG'];
const SENTENCES = {
  de: [
    'Dieser Code ist abgelaufen.',
    'Bitte geben Sie für diesen Code zuerst Ihre E-Mail-Adresse ein, oder melden Sie sich an.',
    'Dieser Code ist nicht gültig.',
    'Der Gratisartikel zu diesem Code ist nicht vorrätig.',
  ],
  fr: [
    'Ce code a expiré.',
    'Pour utiliser ce code, veuillez d’abord saisir votre adresse e-mail ou vous connecter.',
    'Ce code n’est pas valide.',
    'L’article offert avec ce code est en rupture de stock.',
  ],
  es: [
    'Este código ha caducado.',
    'Para usar este código, introduzca antes su correo electrónico o inicie sesión.',
    'Este código no es válido.',
    'El artículo gratuito de este código está agotado.',
  ],
  pl: [
    'Ten kod stracił ważność.',
    'Aby użyć tego kodu, należy najpierw podać adres e-mail lub się zalogować.',
    'Ten kod jest nieprawidłowy.',
    'Bezpłatnego produktu do tego kodu nie ma w magazynie.',
  ],
};

test('a refusal is in the language of the page', async ({ shop, store }) => {
  await store.connect();
  await shop.addToCart('Headphones');
  for (const [language, sentences] of Object.entries(SENTENCES)) {
    await shop.openCheckoutIn(language);
    for (const [index, code] of CODES.entries()) {
      await shop.applyCode(code);
      await expect(shop.codeError).toHaveText(sentences[index]!);
      if (index === 0) await picture(shop.page, `expired in ${language}`);
    }
  }
  // Half of an entry is good.
  await shop.applyCode('SAVE10, EXPIRED10');
  await shop.nativeCode('SAVE10');
  await expect(shop.page.getByRole('status')).toHaveText(/^EXPIRED10: Ten kod stracił ważność\.$/);
  await picture(shop.page, 'half an entry in pl');
});

test("a merchant's own sentence goes first, in its language only", async ({ shop, store }) => {
  await store.connectWith('--message', 'expired:de=Leider zu spät: Schauen Sie nächste Woche.');
  await shop.addToCart('Headphones');
  await shop.openCheckoutIn('de');
  await shop.applyCode('EXPIRED10');
  await expect(shop.codeError).toHaveText('Leider zu spät: Schauen Sie nächste Woche.');
  await picture(shop.page, 'own sentence');
  await shop.openCheckoutIn('fr');
  await shop.applyCode('EXPIRED10');
  await expect(shop.codeError).toHaveText('Ce code a expiré.');
});
