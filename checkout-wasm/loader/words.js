// What is said without the backend, in the language of the page.
const WORDS = {
  en: {
    unavailable: 'Codes cannot be checked right now. You can still place your order.',
    reload: 'The amounts of your codes have changed. Reload the page to see the new total.',
    left: (code) => `The code ${code} can no longer be used and was taken off.`,
    close: 'Close',
  },
  de: {
    unavailable: 'Codes können zurzeit nicht geprüft werden. Sie können trotzdem bestellen.',
    reload: 'Die Beträge Ihrer Codes haben sich geändert. Bitte laden Sie die Seite neu, um die neue Summe zu sehen.',
    left: (code) => `Der Code ${code} kann nicht mehr verwendet werden und wurde entfernt.`,
    close: 'Schließen',
  },
  fr: {
    unavailable: 'Les codes ne peuvent pas être vérifiés pour le moment. Vous pouvez tout de même passer commande.',
    reload: 'Les montants de vos codes ont changé. Veuillez recharger la page pour voir le nouveau total.',
    left: (code) => `Le code ${code} ne peut plus être utilisé et a été retiré.`,
    close: 'Fermer',
  },
  es: {
    unavailable: 'Los códigos no se pueden comprobar en este momento. Aun así, puede realizar su pedido.',
    reload: 'Los importes de sus códigos han cambiado. Vuelva a cargar la página para ver el nuevo total.',
    left: (code) => `El código ${code} ya no se puede usar y se ha quitado.`,
    close: 'Cerrar',
  },
  pl: {
    unavailable: 'W tej chwili nie można sprawdzić kodów. Zamówienie nadal można złożyć.',
    reload: 'Kwoty rabatów się zmieniły. Proszę odświeżyć stronę, aby zobaczyć nową sumę.',
    left: (code) => `Kod ${code} nie może już zostać użyty i został usunięty.`,
    close: 'Zamknij',
  },
};

export const { lang } = document.documentElement;
export const words = WORDS[lang.toLowerCase().split(/[-_]/)[0]] || WORDS.en;
