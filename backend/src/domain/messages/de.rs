//! German, formal address.

use super::{refusal::Refusal, trouble::Trouble};
use crate::domain::{
    Code, CodeError,
    codes::{MAX_CHARACTERS, MOST_CODES},
};

pub(super) fn refused(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Unknown => "Dieser Code ist nicht gültig.",
        Refusal::UnknownInThisCase => {
            "Dieser Code ist nicht gültig. Bitte achten Sie auf Groß- und Kleinschreibung."
        }
        Refusal::InUse => "Dieser Code wird gerade in einer anderen Bestellung verwendet.",
        Refusal::UsedUp => "Dieser Code wurde bereits eingelöst.",
        Refusal::RedemptionRulesNotMet => {
            "Die Bedingungen dieses Codes sind nicht erfüllt, oder sein Limit ist erreicht."
        }
        Refusal::Expired => "Dieser Code ist abgelaufen.",
        Refusal::NotYetValid => "Dieser Code ist noch nicht gültig.",
        Refusal::NotNow => "Dieser Code ist zurzeit nicht gültig.",
        Refusal::Disabled => "Dieser Code ist nicht mehr aktiv.",
        Refusal::RulesNotMet => "Ihr Warenkorb erfüllt die Bedingungen dieses Codes nicht.",
        Refusal::CustomerNotEligible => "Dieser Code gilt nicht für Ihr Kundenkonto.",
        Refusal::AddressNeeded => {
            "Bitte geben Sie für diesen Code zuerst Ihre E-Mail-Adresse ein, oder melden Sie sich an."
        }
        Refusal::SignInNeeded => {
            "Als Gast können Sie diesen Code nicht verwenden. Wenn Sie ein Konto haben, melden Sie sich bitte an."
        }
        Refusal::OwnReferral => "Ihren eigenen Empfehlungscode können Sie nicht verwenden.",
        Refusal::NoEffect => "Dieser Code ändert den Preis Ihres Warenkorbs nicht.",
        Refusal::OtherCurrency => {
            "Dieser Code kann in der Währung Ihres Warenkorbs nicht verwendet werden."
        }
        Refusal::NotCombinable => "Dieser Code lässt sich nicht mit den anderen Codes kombinieren.",
        Refusal::TooManyCodes => {
            "Zu dieser Bestellung können keine weiteren Codes hinzugefügt werden."
        }
        Refusal::NotJudged => {
            "Dieser Code wurde nicht geprüft, weil ein anderer Code nicht verwendet werden kann."
        }
        Refusal::NoBalance => "Auf dieser Geschenkkarte ist kein Guthaben mehr.",
        Refusal::NoPoints => "Auf dieser Treuekarte sind nicht genügend Punkte.",
        Refusal::NothingToPay => "Für diese Geschenkkarte bleibt nichts mehr zu bezahlen.",
        Refusal::CertificateInCart => {
            "Geschenkkarten können nicht verwendet werden, solange ein Geschenkgutschein im Warenkorb liegt."
        }
        Refusal::FreeItemOutOfStock => "Der Gratisartikel zu diesem Code ist nicht vorrätig.",
        Refusal::FreeItemNeedsChoice => {
            "Der Gratisartikel zu diesem Code erfordert eine Auswahl oder Eingabe, die hier nicht möglich ist."
        }
        Refusal::FreeItemUnavailable => "Der Gratisartikel zu diesem Code ist nicht verfügbar.",
        Refusal::NotApplied => {
            "Der Shop kann den Rabatt dieses Codes nicht von Ihrem Warenkorb abziehen."
        }
        Refusal::NotSupported => "Codes dieser Art werden hier nicht angenommen.",
        Refusal::NotCheckable => "Dieser Code kann für Ihren Warenkorb nicht geprüft werden.",
        Refusal::Other(_) | Refusal::Worded(_) => "Dieser Code kann hier nicht verwendet werden.",
    }
}

pub(super) fn taken_off(code: &Code) -> String {
    format!("Der Code {code} wurde entfernt.")
}

pub(super) fn no_code(error: &CodeError) -> String {
    match error {
        CodeError::Empty => "Bitte geben Sie einen Code ein.".to_owned(),
        CodeError::TooLong => format!("Ein Code hat höchstens {MAX_CHARACTERS} Zeichen."),
        CodeError::TooMany => {
            format!("Sie können höchstens {MOST_CODES} Codes auf einmal eingeben.")
        }
        CodeError::Impossible => "Kein Code enthält solche Zeichen.".to_owned(),
    }
}

pub(super) fn trouble(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Unavailable => "Codes können zurzeit nicht geprüft werden.",
        Trouble::Busy => {
            "Ihre Bestellung wird gerade aktualisiert. Bitte versuchen Sie es gleich noch einmal."
        }
        Trouble::CheckoutClosed => "Diese Bestellung wurde bereits aufgegeben.",
        Trouble::UnknownCheckout => "Diese Bestellung wurde nicht gefunden.",
    }
}
