//! `voucherbridge differences`: orders that are not what their codes were validated for.

use clap::Args;
use voucherbridge::{
    app::App,
    domain::{
        OrderId,
        order_difference::{ComparedItem, DifferenceKind, Side},
    },
    flows::decide_difference::{self, Decision},
    store::order_differences::{DifferenceState, OrderDifference},
};

use super::{StoreArguments, actor};
use crate::Failure;

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
    println!("Order {} ({}): {state}", difference.order, kinds.join(", "));
    println!("  validated: {}", told(&difference.validated));
    println!("  ordered:   {}", told(&difference.ordered));
}

fn told(side: &Side) -> String {
    let item = |item: &ComparedItem| {
        let free = match item.may_be_added {
            0 => String::new(),
            pieces => format!(" and {pieces} free"),
        };
        format!("{}{free} {}", item.quantity, item.name)
    };
    let items: Vec<String> = side.items.iter().map(item).collect();
    let customer = match (side.customer_id, &side.email) {
        (Some(id), _) => format!("customer {id}"),
        (None, Some(email)) => format!("guest {email}"),
        (None, None) => "nobody known".to_owned(),
    };
    let cart = side.cart.as_ref().map_or("unknown", |cart| cart.as_str());
    format!("{} by {customer}, cart {cart}", items.join(", "))
}
