//! Checkouts as they are read: what their lines cost.
//!
//! How the store writes that is not documented in full (Get a Checkout): whether a line's
//! `discount_amount` holds what promotions on the order take off it, and coupons, and what prices that
//! contain tax come to for a shopper who does not pay it. The sums of the cart tell.

use super::{
    AddedItem, Checkout, CheckoutCoupon, CheckoutItem,
    numbers::Precise,
    wire::{self, LineItem},
};
use crate::domain::{CheckoutId, Currency, EmailAddress, Hundredths, OrderId};

/// What a checkout's lines cost, in sums.
struct Sums {
    /// What promotions that are no coupons take off.
    automatic: Precise,
    /// The tax that the prices contain.
    tax: Precise,
    /// Whether the shopper pays prices without the tax that they contain.
    is_untaxed: bool,
}

/// What one line costs.
#[derive(Clone, Copy)]
struct Cost {
    list: Precise,
    automatic: Precise,
}

pub(super) fn checkout(id: &CheckoutId, wire: wire::Checkout) -> Option<Checkout> {
    let sums = sums(&wire);
    let cart = wire.cart;
    let billing = wire.billing_address.and_then(|address| address.email);
    let email = [cart.email, billing]
        .into_iter()
        .flatten()
        .find_map(|email| EmailAddress::parse(&email).ok());
    let lines = cart.line_items;
    let sells_certificates = !lines.gift_certificates.is_empty();
    let items = [
        lines.physical_items,
        lines.digital_items,
        lines.custom_items,
    ];
    let coupon = |coupon: wire::Coupon| CheckoutCoupon {
        code: coupon.code,
        discounted: coupon.discounted_amount.0,
    };
    let lines: Vec<LineItem> = items.into_iter().flatten().collect();
    let costs = costs(&lines, sums.as_ref());
    let added = || lines.iter().filter(|line| line.added_by_promotion);
    let put_in = lines.iter().zip(&costs);
    let put_in = put_in.filter(|(line, _)| !line.added_by_promotion);
    let tax = sums.map(|sums| sums.tax).unwrap_or_default();
    let currency = Currency::parse(&cart.currency.code).ok()?;
    Some(Checkout {
        id: id.clone(),
        currency,
        channel_id: cart.channel_id,
        order_id: wire.order_id.map(OrderId),
        customer_id: cart.customer_id,
        email,
        added_items: added().map(added_item).collect(),
        added_by_coupons: sum(added().map(|line| line.coupon_amount)).rounded(),
        added_worth: sum(added().map(|line| line.extended_list_price)).rounded(),
        items: put_in.map(|(line, cost)| item(line, *cost)).collect(),
        coupons: wire.coupons.into_iter().map(coupon).collect(),
        tax_in_prices: tax.rounded_up(),
        total: total(wire.grand_total, currency),
        sells_certificates,
    })
}

/// Thousandths are rounded up: what pays in hundredths must leave nothing.
fn total(grand_total: Precise, currency: Currency) -> Hundredths {
    if currency.has_thousandths() {
        grand_total.rounded_up()
    } else {
        grand_total.rounded()
    }
}

fn added_item(line: &LineItem) -> AddedItem {
    AddedItem {
        product_id: line.product_id,
        variant_id: line.variant_id,
        quantity: line.quantity,
    }
}

/// What is below the hundredth is left out of a price, never added: no condition and no discount
/// may be above what is really paid.
fn item(line: &LineItem, cost: Cost) -> CheckoutItem {
    let list_amount = cost.list.rounded_down();
    CheckoutItem {
        product_id: line.product_id,
        variant_id: line.variant_id,
        sku: line.sku.clone().filter(|sku| !sku.is_empty()),
        name: line.name.clone(),
        quantity: line.quantity,
        list_amount,
        listed_amount: line.extended_list_price.rounded_down(),
        automatic_discount: list_amount - (cost.list - cost.automatic).rounded_down(),
    }
}

fn sum(amounts: impl Iterator<Item = Precise>) -> Precise {
    amounts.fold(Precise::default(), |sum, amount| sum + amount)
}

/// The sums, where the answer has them all.
fn sums(wire: &wire::Checkout) -> Option<Sums> {
    let cart = &wire.cart;
    let (inc, ex) = (wire.subtotal_inc_tax?, wire.subtotal_ex_tax?);
    let base = cart.base_amount?;
    let with_tax = inc == base || (ex != base && cart.tax_included);
    let (subtotal, left) = if with_tax {
        (inc, cart.cart_amount_inc_tax?)
    } else {
        (ex, cart.cart_amount_ex_tax?)
    };
    let lines = &cart.line_items;
    let all = [
        &lines.physical_items,
        &lines.digital_items,
        &lines.custom_items,
    ];
    let coupons = sum(all.into_iter().flatten().map(|line| line.coupon_amount));
    Some(Sums {
        automatic: subtotal - left - coupons - cart.manual_discount_amount,
        tax: if with_tax {
            inc - ex
        } else {
            Precise::default()
        },
        is_untaxed: with_tax && inc == ex && subtotal < base,
    })
}

/// What each line costs.
fn costs(lines: &[LineItem], sums: Option<&Sums>) -> Vec<Cost> {
    let coupons = sum(lines.iter().map(|line| line.coupon_amount));
    let discounts = sum(lines.iter().map(|line| line.discount_amount));
    let tolerance = Precise::hundredths(i64::try_from(lines.len()).unwrap_or(i64::MAX));
    let with_coupons = sums.is_some_and(|sums| {
        coupons > tolerance && discounts + tolerance >= sums.automatic + coupons
    });
    let is_untaxed = sums.is_some_and(|sums| sums.is_untaxed);
    let cost = |line: &LineItem| Cost {
        list: if is_untaxed {
            line.extended_sale_price.unwrap_or(line.extended_list_price)
        } else {
            line.extended_list_price
        },
        automatic: if with_coupons {
            line.discount_amount - line.coupon_amount
        } else {
            line.discount_amount
        },
    };
    let mut costs: Vec<Cost> = lines.iter().map(cost).collect();
    if let Some(sums) = sums {
        let shown = sum(costs.iter().map(|cost| cost.automatic));
        let untold = sums.automatic - shown;
        if untold > tolerance {
            spread(untold, lines, &mut costs);
        }
    }
    costs
}

/// Spreads what no line tells of over what the shopper put in, by what it costs.
fn spread(amount: Precise, lines: &[LineItem], costs: &mut [Cost]) {
    let own = lines.iter().zip(costs);
    let mut own: Vec<&mut Cost> = own
        .filter(|(line, _)| !line.added_by_promotion)
        .map(|(_, cost)| cost)
        .collect();
    let mut of = sum(own.iter().map(|cost| cost.list - cost.automatic));
    let mut left = amount;
    for cost in &mut own {
        let room = cost.list - cost.automatic;
        let part = left.part(room, of);
        cost.automatic = cost.automatic + part;
        left = left - part;
        of = of - room;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Hundredths;
    use serde_json::{Value, json};

    /// A line of 100.00 and one of 50.00, with these sums.
    fn read(sums: Value, lines: [Value; 2]) -> Checkout {
        let line = |id: i64, price: i64, more: Value| {
            let mut line = json!({"product_id": id, "name": "a", "quantity": 1,
                "extended_list_price": price, "extended_sale_price": price});
            merge(&mut line, more);
            line
        };
        let [first, second] = lines;
        let mut checkout = json!({
            "grand_total": 150, "subtotal_inc_tax": 150, "subtotal_ex_tax": 150,
            "cart": {
                "currency": {"code": "USD"}, "base_amount": 150,
                "cart_amount_inc_tax": 150, "cart_amount_ex_tax": 150,
                "line_items": {"physical_items": [line(1, 100, first), line(2, 50, second)]},
            },
        });
        let cart = sums["cart"].clone();
        merge(&mut checkout["cart"], cart);
        let mut sums = sums;
        sums.as_object_mut().unwrap().remove("cart");
        merge(&mut checkout, sums);
        let id = CheckoutId::parse("0a1b2c3d-0000-4000-8000-000000000001").unwrap();
        super::checkout(&id, serde_json::from_str(&checkout.to_string()).unwrap()).unwrap()
    }

    fn merge(into: &mut Value, from: Value) {
        let Value::Object(from) = from else { return };
        for (key, value) in from {
            into[key] = value;
        }
    }

    fn costs(checkout: &Checkout) -> Vec<i64> {
        let cost = |item: &CheckoutItem| (item.list_amount - item.automatic_discount).0;
        checkout.items.iter().map(cost).collect()
    }

    /// 15.00 off the order, 5.00 off the first line, and a coupon of 13.00.
    #[test]
    fn whatever_a_lines_discount_holds_its_cost_is_what_promotions_leave() {
        let cart = json!({"cart": {"cart_amount_inc_tax": 117, "cart_amount_ex_tax": 117}});
        let coupons = [json!({"coupon_amount": 9}), json!({"coupon_amount": 4})];
        for (discounts, expected) in [
            ([15.0, 5.0], [8_500, 4_500]),
            ([5.0, 0.0], [8_517, 4_483]),
            ([24.0, 9.0], [8_500, 4_500]),
        ] {
            let mut lines = coupons.clone();
            for (line, discount) in lines.iter_mut().zip(discounts) {
                line["discount_amount"] = json!(discount);
            }
            assert_eq!(costs(&read(cart.clone(), lines)), expected, "{discounts:?}");
        }
    }

    #[test]
    fn a_coupon_alone_is_no_automatic_discount() {
        let cart = json!({"cart": {"cart_amount_inc_tax": 137, "cart_amount_ex_tax": 137}});
        for discounts in [[0, 0], [9, 4]] {
            let line = |amount: i64, at: usize| json!({"coupon_amount": amount, "discount_amount": discounts[at]});
            let found = read(cart.clone(), [line(9, 0), line(4, 1)]);
            assert_eq!(costs(&found), [10_000, 5_000], "{discounts:?}");
        }
    }

    /// As recorded: `listPrice` 225 and `salePrice` 204.55, where the shopper pays no tax.
    #[test]
    fn prices_are_those_the_shopper_pays() {
        let sums = json!({
            "subtotal_inc_tax": 136.36, "subtotal_ex_tax": 136.36,
            "cart": {"tax_included": true, "cart_amount_inc_tax": 136.363_636_363_64,
                "cart_amount_ex_tax": 136.363_636_363_64},
        });
        let lines = [
            json!({"extended_sale_price": 90.91}),
            json!({"extended_sale_price": 45.45}),
        ];
        assert_eq!(costs(&read(sums, lines)), [9_091, 4_545]);
    }

    #[test]
    fn the_tax_in_prices_is_known_and_that_on_top_is_none() {
        let inside = json!({"subtotal_ex_tax": 136.36, "cart": {"tax_included": true,
            "cart_amount_ex_tax": 136.36}});
        let found = read(inside, [json!({}), json!({})]);
        assert_eq!(found.tax_in_prices, Hundredths(1_364));
        assert_eq!(costs(&found), [10_000, 5_000]);
        let on_top = json!({"subtotal_inc_tax": 165, "cart": {"cart_amount_inc_tax": 165}});
        let found = read(on_top, [json!({}), json!({})]);
        assert_eq!(found.tax_in_prices, Hundredths::ZERO);
        assert_eq!(costs(&found), [10_000, 5_000]);
    }

    #[test]
    fn what_is_below_a_hundredth_is_left_out_and_floats_are_forgiven() {
        let sums = json!({"cart": {"base_amount": null}});
        let lines = |price: f64, discount: f64| {
            [
                json!({"extended_list_price": price, "discount_amount": discount}),
                json!({}),
            ]
        };
        assert_eq!(costs(&read(sums.clone(), lines(41.625, 0.0)))[0], 4_162);
        assert_eq!(costs(&read(sums.clone(), lines(41.625, 4.164)))[0], 3_746);
        assert_eq!(costs(&read(sums, lines(82.899_999_999_99, 0.0)))[0], 8_290);
    }
}
