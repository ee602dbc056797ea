//! What is learnt of a store by watching it, because no document says it.

use strum::{EnumString, IntoStaticStr};

/// Something a store may turn out to do. Its name is in the database and for the merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Fact {
    /// It was seen to give the first rule of a promotion alone, which is not proved: it may not have
    /// counted yet.
    FirstRuleSeenAlone,
    /// It runs the rules of a promotion until the first that applies, whatever their `stop` says.
    OnlyFirstRule,
}
