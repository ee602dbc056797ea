//! Gift cards pay through one certificate, which is worth what is locked and no more, until the order
//! spends it, and money that is given back returns to the cards.

mod elsewhere;
mod orders;
mod paying;
mod property;
mod refunds;
mod spent_unseen;
