//! `voucherbridge differences`: orders that are not what their codes were validated for.

use clap::Args;
use voucherbridge::{
    app::App,
    database::order_differences::{DifferenceState, Flag, OrderDifference},
    domain::{OrderId, order_difference::DifferenceKind},
    flows::orders::decide_difference::{self, Decision},
};

use super::arguments::{Failure, StoreArguments, actor};

/// Which store, and what is decided of an order; nothing only lists what is open.
#[derive(Debug, Args)]
pub struct DifferencesArguments {
    #[command(flatten)]
    store: StoreArguments,
    /// Redeem the codes of this order that wait for a person.
    #[arg(long, value_name = "ORDER", conflicts_with = "dismiss")]
    redeem: Option<i64>,
    /// Give the codes of this order that wait back, without redeeming them; of one whose codes were
    /// redeemed, list it no longer.
    #[arg(long, value_name = "ORDER")]
    dismiss: Option<i64>,
}

/// `voucherbridge differences`
pub async fn differences(app: &App, arguments: DifferencesArguments) -> Result<(), Failure> {
    let (context, store) = (&app.context, &arguments.store.store);
    let decided = match (arguments.redeem, arguments.dismiss) {
        (Some(order), _) => Some((order, Decision::Redeem)),
        (None, Some(order)) => Some((order, Decision::Dismiss)),
        (None, None) => None,
    };
    if let Some((order, decision)) = decided {
        let order = OrderId(order);
        decide_difference::decide(context, store, order, decision, &actor()).await?;
        println!("Decided. A running server carries it out within seconds.");
        return Ok(());
    }
    let open = decide_difference::open(context, store).await?;
    if open.is_empty() {
        println!("No order of {store} differs from what its codes were validated for.");
    }
    for difference in open {
        print(&difference);
    }
    Ok(())
}

fn print(difference: &OrderDifference) {
    let kinds: Vec<&str> = difference
        .kinds
        .iter()
        .copied()
        .map(DifferenceKind::as_str)
        .collect();
    let state = match difference.state {
        DifferenceState::Held => "waits for a person",
        _ => "redeemed as validated",
    };
    let flag = match difference.flag {
        Flag::None => "",
        Flag::Wanted => "; not yet flagged in the order's staff notes, which needs Orders: modify",
        Flag::Written => "; flagged in the order's staff notes",
        Flag::Left => "; could not be flagged in the order's staff notes",
    };
    println!(
        "Order {} ({}): {state}{flag}",
        difference.order,
        kinds.join(", ")
    );
    println!("  validated: {}", difference.validated);
    println!("  ordered:   {}", difference.ordered);
}
