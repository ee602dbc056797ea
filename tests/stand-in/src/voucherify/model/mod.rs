//! What a Voucherify project stores: types without rules. What a client sends is in `requests`.

mod campaign;
mod order;
mod redemption;
mod stacking_rules;
mod switches;
mod transaction;
mod voucher;

pub use campaign::{Campaign, CampaignKind, Reward};
pub use order::{Customer, Order, OrderEvent, Product};
pub use redemption::{Hold, Redeemed, Redemption, Rollback, Session, Spent};
pub use stacking_rules::{
    ApplicationMode, Category, NoEffectRule, ProductsMode, RollbackOrderMode, SortingRule,
    StackingRules,
};
pub use switches::{CustomersBy, Switches};
pub use transaction::{Balance, Movement, Transaction};
pub use voucher::{Gift, LoyaltyCard, NOTE, Rule, RuleError, Voucher, VoucherKind, VoucherValue};
