//! The names of enums, as the database keeps them.

use std::{fmt::Debug, str::FromStr};

use voucherbridge::{
    database::{
        jobs::{Class, JobKind},
        order_differences::{DifferenceState, Flag},
        reading::List,
        redemptions::RedemptionState,
        voucherify_orders::VoucherifyOrderState,
    },
    domain::{
        Fact, Region,
        lock::{Apart, LockKind, LockState, ReleaseReason},
        name_of,
        order::OrderStatus,
        order_difference::DifferenceKind,
    },
};

/// A variant with another name would not find what is written down.
#[test]
fn names_in_the_database_stay() {
    fn stay<T: FromStr<Err: Debug> + Into<&'static str>>(names: &[&str]) {
        for name in names {
            assert_eq!(name_of(name.parse::<T>().unwrap()), *name);
        }
    }
    stay::<LockKind>(&["coupon", "certificate"]);
    stay::<LockState>(&["applying", "held", "ordered", "redeemed"]);
    stay::<LockState>(&["rolled_back", "releasing", "released", "needs_person"]);
    stay::<OrderStatus>(&["CREATED", "PAID", "CANCELED", "FULFILLED"]);
    stay::<Region>(&["europe", "united_states", "asia"]);
    stay::<Fact>(&["first_rule_seen_alone", "only_first_rule"]);
    stay::<JobKind>(&["undo_apply", "release_lock", "refresh_checkout"]);
    stay::<JobKind>(&["evict_coupon", "process_order", "clean_up_native"]);
    stay::<JobKind>(&["flag_order", "sweep", "read_again", "ask_again"]);
    stay::<JobKind>(&["look_after_setup", "report_scripts", "sweep_native"]);
    stay::<JobKind>(&["forget"]);
    stay::<Class>(&["checkout", "orders", "bulk", "chores"]);
    stay::<DifferenceState>(&["noted", "held", "redeemed", "dismissed", "seen"]);
    stay::<Flag>(&["none", "wanted", "written", "left"]);
    stay::<RedemptionState>(&["sent", "redeemed", "refused"]);
    stay::<RedemptionState>(&["rolled_back", "not_returned"]);
    stay::<VoucherifyOrderState>(&["planned", "sent", "told", "refused"]);
    stay::<List>(&["orders", "refunds"]);
    stay::<DifferenceKind>(&["items", "customer", "cart"]);
    stay::<ReleaseReason>(&["removed", "replaced", "unfinished", "no_longer_valid"]);
    stay::<ReleaseReason>(&["expired", "cart_gone", "order_void", "never_paid"]);
    stay::<ReleaseReason>(&["dismissed", "disconnected"]);
    stay::<Apart>(&["taken_elsewhere", "order_coupons_unknown"]);
    stay::<Apart>(&["order_not_found", "held_for_person"]);
    assert!("gone".parse::<LockState>().is_err());
}
