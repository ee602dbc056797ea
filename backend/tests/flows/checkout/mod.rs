//! The page asks: a code is typed or taken off, the cart changes, the order is about to be placed.
//!
//! Each answer is what the page will show, and no answer of ours keeps a shopper from ordering.

mod apply;
mod before_order;
mod database_costs;
mod dropped_codes;
mod refresh;
