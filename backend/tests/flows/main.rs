//! The flows against both stand-ins, in one process, without HTTP in front: what becomes of locks,
//! native coupons, sessions and redemptions. Time is the stand-ins' clock, which the tests move.

#![allow(clippy::unwrap_used, reason = "it fails the test that calls")]

mod addresses;
mod apply;
mod archived;
mod before_order;
mod cards;
mod cards_elsewhere;
mod cards_orders;
mod costs;
mod counted_again;
mod counted_once;
mod cut_off;
mod differences;
mod dropped_codes;
mod faults;
mod first_rule;
mod flagged;
mod found_late;
mod given_back;
mod hidden_coupons;
mod jobs;
mod kinds;
mod kinds_property;
mod line_prices;
mod misread;
mod money;
mod orders;
mod outage;
mod platforms;
mod property;
mod prose;
mod read_back;
mod refresh;
mod refunds;
mod release;
mod rules;
mod sessions;
mod several_coupons;
mod stacking;
mod store_currencies;
mod stories;
mod told_orders;
mod typed;
mod typed_property;
mod unknowns;
mod unnamed;
mod untold_orders;
mod waiting_codes;
mod world;
