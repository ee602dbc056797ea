//! Gift cards become a gift certificate that is worth exactly what they pay.
//!
//! [`till`] says what there is to pay. [`ask_cards`] asks about cards, [`hold_cards`] begins a certificate,
//! [`pay_with_cards`] has all certificates pay their share, which [`lock_credits`] locks. [`refresh_cards`] follows
//! a changed cart.

pub mod ask_cards;
pub mod hold_cards;
pub mod lock_credits;
pub mod pay_with_cards;
pub mod refresh_cards;
pub mod till;
