//! Polish, neutral address.

use super::{refusal::Refusal, trouble::Trouble};
use crate::domain::{
    Code, CodeError,
    codes::{MAX_CHARACTERS, MOST_CODES},
};

pub(super) fn refused(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Unknown => "Ten kod jest nieprawidłowy.",
        Refusal::UnknownInThisCase => {
            "Ten kod jest nieprawidłowy. Proszę sprawdzić wielkie i małe litery."
        }
        Refusal::InUse => "Ten kod jest właśnie używany w innym zamówieniu.",
        Refusal::UsedUp => "Ten kod został już wykorzystany.",
        Refusal::RedemptionRulesNotMet => {
            "Warunki tego kodu nie są spełnione albo jego limit został osiągnięty."
        }
        Refusal::Expired => "Ten kod stracił ważność.",
        Refusal::NotYetValid => "Ten kod nie jest jeszcze ważny.",
        Refusal::NotNow => "Ten kod w tej chwili nie jest ważny.",
        Refusal::Disabled => "Ten kod nie jest już aktywny.",
        Refusal::RulesNotMet => "Koszyk nie spełnia warunków tego kodu.",
        Refusal::CustomerNotEligible => "Ten kod nie jest dostępny dla tego konta.",
        Refusal::AddressNeeded => {
            "Aby użyć tego kodu, należy najpierw podać adres e-mail lub się zalogować."
        }
        Refusal::SignInNeeded => {
            "Ten kod nie jest dostępny dla gości. Jeśli mają Państwo konto, proszę się zalogować."
        }
        Refusal::OwnReferral => "Nie można użyć własnego kodu polecającego.",
        Refusal::NoEffect => "Ten kod nie zmienia ceny koszyka.",
        Refusal::OtherCurrency => "Tego kodu nie można użyć w walucie koszyka.",
        Refusal::NotCombinable => "Tego kodu nie można łączyć z pozostałymi kodami.",
        Refusal::TooManyCodes => "Do tego zamówienia nie można dodać więcej kodów.",
        Refusal::NotJudged => "Ten kod nie został sprawdzony, ponieważ innego kodu nie można użyć.",
        Refusal::NoBalance => "Na tej karcie podarunkowej nie ma już środków.",
        Refusal::NoPoints => "Na tej karcie lojalnościowej jest za mało punktów.",
        Refusal::NothingToPay => "Nie pozostało nic do zapłaty tą kartą podarunkową.",
        Refusal::CertificateInCart => {
            "Kart podarunkowych nie można użyć, dopóki w koszyku znajduje się bon podarunkowy."
        }
        Refusal::FreeItemOutOfStock => "Bezpłatnego produktu do tego kodu nie ma w magazynie.",
        Refusal::FreeItemNeedsChoice => {
            "Bezpłatny produkt do tego kodu wymaga wyboru lub wpisania tekstu, co nie jest tu możliwe."
        }
        Refusal::FreeItemUnavailable => "Bezpłatny produkt do tego kodu jest niedostępny.",
        Refusal::NotApplied => "Sklep nie może odliczyć od koszyka rabatu z tego kodu.",
        Refusal::NotSupported => "Kody tego rodzaju nie są tu przyjmowane.",
        Refusal::NotCheckable => "Tego kodu nie można sprawdzić dla tego koszyka.",
        Refusal::Other(_) | Refusal::Worded(_) => "Tego kodu nie można tu użyć.",
    }
}

pub(super) fn taken_off(code: &Code) -> String {
    format!("Kod {code} został usunięty.")
}

pub(super) fn no_code(error: &CodeError) -> String {
    match error {
        CodeError::Empty => "Proszę wpisać kod.".to_owned(),
        CodeError::TooLong => format!("Kod może mieć najwyżej {MAX_CHARACTERS} znaków."),
        CodeError::TooMany => format!("Jednocześnie można wpisać najwyżej {MOST_CODES} kodów."),
        CodeError::Impossible => "Żaden kod nie zawiera takich znaków.".to_owned(),
    }
}

pub(super) fn trouble(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Unavailable => "W tej chwili nie można sprawdzić kodów.",
        Trouble::Busy => {
            "Zamówienie jest właśnie aktualizowane. Proszę spróbować ponownie za chwilę."
        }
        Trouble::CheckoutClosed => "To zamówienie zostało już złożone.",
        Trouble::UnknownCheckout => "Nie znaleziono tego zamówienia.",
    }
}
