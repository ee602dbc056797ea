//! Spanish, formal address.

use super::{refusal::Refusal, trouble::Trouble};
use crate::domain::{
    Code, CodeError,
    codes::{MAX_CHARACTERS, MOST_CODES},
};

pub(super) fn refused(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Unknown => "Este código no es válido.",
        Refusal::UnknownInThisCase => {
            "Este código no es válido. Compruebe las mayúsculas y minúsculas."
        }
        Refusal::InUse => "Este código se está usando en otra compra.",
        Refusal::UsedUp => "Este código ya se ha utilizado.",
        Refusal::RedemptionRulesNotMet => {
            "No se cumplen las condiciones de este código o se ha alcanzado su límite."
        }
        Refusal::Expired => "Este código ha caducado.",
        Refusal::NotYetValid => "Este código aún no es válido.",
        Refusal::NotNow => "Este código no es válido en este momento.",
        Refusal::Disabled => "Este código ya no está activo.",
        Refusal::RulesNotMet => "Su carrito no cumple las condiciones de este código.",
        Refusal::CustomerNotEligible => "Este código no está disponible para su cuenta.",
        Refusal::AddressNeeded => {
            "Para usar este código, introduzca antes su correo electrónico o inicie sesión."
        }
        Refusal::SignInNeeded => {
            "Este código no está disponible para usted como invitado. Si tiene una cuenta, inicie sesión."
        }
        Refusal::OwnReferral => "No puede usar su propio código de recomendación.",
        Refusal::NoEffect => "Este código no cambia el precio de su carrito.",
        Refusal::OtherCurrency => "Este código no se puede usar en la moneda de su carrito.",
        Refusal::NotCombinable => "Este código no se puede combinar con los demás códigos.",
        Refusal::TooManyCodes => "No se pueden añadir más códigos a este pedido.",
        Refusal::NotJudged => {
            "Este código no se ha comprobado porque otro código no se puede usar."
        }
        Refusal::NoBalance => "Esta tarjeta regalo ya no tiene saldo.",
        Refusal::NoPoints => "Esta tarjeta de fidelidad no tiene puntos suficientes.",
        Refusal::NothingToPay => "No queda nada por pagar con esta tarjeta regalo.",
        Refusal::CertificateInCart => {
            "Las tarjetas regalo no se pueden usar mientras haya un vale de regalo en el carrito."
        }
        Refusal::FreeItemOutOfStock => "El artículo gratuito de este código está agotado.",
        Refusal::FreeItemNeedsChoice => {
            "El artículo gratuito de este código requiere elegir o rellenar algo, lo que aquí no es posible."
        }
        Refusal::FreeItemUnavailable => "El artículo gratuito de este código no está disponible.",
        Refusal::NotApplied => {
            "La tienda no puede aplicar el descuento de este código a su carrito."
        }
        Refusal::NotSupported => "Aquí no se aceptan códigos de este tipo.",
        Refusal::NotCheckable => "Este código no se puede comprobar para su carrito.",
        Refusal::Other(_) | Refusal::Worded(_) => "Este código no se puede usar aquí.",
    }
}

pub(super) fn taken_off(code: &Code) -> String {
    format!("Se ha quitado el código {code}.")
}

pub(super) fn no_code(error: &CodeError) -> String {
    match error {
        CodeError::Empty => "Introduzca un código.".to_owned(),
        CodeError::TooLong => format!("Un código tiene como máximo {MAX_CHARACTERS} caracteres."),
        CodeError::TooMany => {
            format!("Se pueden introducir como máximo {MOST_CODES} códigos a la vez.")
        }
        CodeError::Impossible => "Ningún código tiene esos caracteres.".to_owned(),
    }
}

pub(super) fn trouble(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Unavailable => "Los códigos no se pueden comprobar en este momento.",
        Trouble::Busy => "Su compra se está actualizando. Inténtelo de nuevo en unos instantes.",
        Trouble::CheckoutClosed => "Este pedido ya se ha realizado.",
        Trouble::UnknownCheckout => "No se encuentra esta compra.",
    }
}
