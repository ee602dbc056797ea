//! The flows against both stand-ins, in one process, without HTTP in front: what becomes of locks,
//! native coupons, sessions and redemptions. Time is the stand-ins' clock, which the tests move.

#![allow(clippy::unwrap_used, reason = "it fails the test that calls")]

mod asked;
mod cards;
mod checkout;
mod codes;
mod coupons;
mod locks;
mod merchant;
mod money;
mod orders;
mod platforms;
mod stories;
mod upkeep;
mod world;
