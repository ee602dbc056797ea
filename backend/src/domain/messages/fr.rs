//! French, formal address.

use super::{refusal::Refusal, trouble::Trouble};
use crate::domain::{
    Code, CodeError,
    codes::{MAX_CHARACTERS, MOST_CODES},
};

pub(super) fn refused(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Unknown => "Ce code n’est pas valide.",
        Refusal::UnknownInThisCase => {
            "Ce code n’est pas valide. Veuillez vérifier les majuscules et les minuscules."
        }
        Refusal::InUse => "Ce code est utilisé dans une autre commande en cours.",
        Refusal::UsedUp => "Ce code a déjà été utilisé.",
        Refusal::RedemptionRulesNotMet => {
            "Les conditions de ce code ne sont pas remplies, ou sa limite d’utilisation est atteinte."
        }
        Refusal::Expired => "Ce code a expiré.",
        Refusal::NotYetValid => "Ce code n’est pas encore valide.",
        Refusal::NotNow => "Ce code n’est pas valide en ce moment.",
        Refusal::Disabled => "Ce code n’est plus actif.",
        Refusal::RulesNotMet => "Votre panier ne remplit pas les conditions de ce code.",
        Refusal::CustomerNotEligible => "Ce code n’est pas disponible pour votre compte.",
        Refusal::AddressNeeded => {
            "Pour utiliser ce code, veuillez d’abord saisir votre adresse e-mail ou vous connecter."
        }
        Refusal::SignInNeeded => {
            "Ce code n’est pas disponible pour vous en tant qu’invité. Si vous avez un compte, connectez-vous."
        }
        Refusal::OwnReferral => "Vous ne pouvez pas utiliser votre propre code de parrainage.",
        Refusal::NoEffect => "Ce code ne change pas le prix de votre panier.",
        Refusal::OtherCurrency => {
            "Ce code ne peut pas être utilisé dans la devise de votre panier."
        }
        Refusal::NotCombinable => "Ce code ne peut pas être combiné avec les autres codes.",
        Refusal::TooManyCodes => "Il n’est plus possible d’ajouter de code à cette commande.",
        Refusal::NotJudged => {
            "Ce code n’a pas été vérifié, car un autre code ne peut pas être utilisé."
        }
        Refusal::NoBalance => "Le solde de cette carte cadeau est épuisé.",
        Refusal::NoPoints => "Cette carte de fidélité n’a pas assez de points.",
        Refusal::NothingToPay => "Il ne reste rien à payer avec cette carte cadeau.",
        Refusal::CertificateInCart => {
            "Les cartes cadeaux ne peuvent pas être utilisées tant qu’un chèque-cadeau est dans le panier."
        }
        Refusal::FreeItemOutOfStock => "L’article offert avec ce code est en rupture de stock.",
        Refusal::FreeItemNeedsChoice => {
            "L’article offert avec ce code demande un choix ou une saisie qui n’est pas possible ici."
        }
        Refusal::FreeItemUnavailable => "L’article offert avec ce code n’est pas disponible.",
        Refusal::NotApplied => {
            "La boutique ne peut pas déduire la remise de ce code de votre panier."
        }
        Refusal::NotSupported => "Les codes de ce type ne sont pas acceptés ici.",
        Refusal::NotCheckable => "Ce code ne peut pas être vérifié pour votre panier.",
        Refusal::Other(_) | Refusal::Worded(_) => "Ce code ne peut pas être utilisé ici.",
    }
}

pub(super) fn taken_off(code: &Code) -> String {
    format!("Le code {code} a été retiré.")
}

pub(super) fn no_code(error: &CodeError) -> String {
    match error {
        CodeError::Empty => "Veuillez saisir un code.".to_owned(),
        CodeError::TooLong => format!("Un code comporte au maximum {MAX_CHARACTERS} caractères."),
        CodeError::TooMany => {
            format!("Vous pouvez saisir au maximum {MOST_CODES} codes à la fois.")
        }
        CodeError::Impossible => "Aucun code ne comporte de tels caractères.".to_owned(),
    }
}

pub(super) fn trouble(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Unavailable => "Les codes ne peuvent pas être vérifiés pour le moment.",
        Trouble::Busy => {
            "Votre commande est en cours de mise à jour. Veuillez réessayer dans un instant."
        }
        Trouble::CheckoutClosed => "Cette commande a déjà été passée.",
        Trouble::UnknownCheckout => "Cette commande est introuvable.",
    }
}
