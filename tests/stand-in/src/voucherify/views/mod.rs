//! Stored and judged things as Voucherify shows them. Amounts of zero are left out, as in its examples.

mod catalogue;
mod customers;
mod discounts;
mod judged;
mod orders;
mod redemptions;
mod rewards;
mod transactions;
mod vouchers;
mod writing;

pub use catalogue::{product, sku};
pub use customers::customer;
pub use discounts::{discount, products};
pub use judged::{Shown, judged, value_result};
pub use orders::{OrderContext, calculated_order, money as order_money, order, order_with};
pub use redemptions::{of_stack, redemption, rollback, session};
pub use rewards::{reward, reward_assignment};
pub use transactions::transaction;
pub use vouchers::voucher;
pub use writing::{instant, list};
