//! The page is about to place its order: what Voucherify said a while ago is asked once more.
//!
//! A code can expire or be disabled between its entry and the order; it would discount and could not be
//! redeemed. The page waits two seconds for this answer and then places the order whatever it is, so
//! nothing of the checkout is changed here: a price that moved after the page stopped waiting would be
//! one that nobody saw. What no longer holds leaves at the page's next look, which is a refresh.
//!
//! The module asks when it knows of no validation within the last minute.

use tracing::info;
use voucherbridge_api_types::BeforeOrderResponse;

use crate::{
    bigcommerce::Checkout,
    context::{Connection, Context},
    domain::{
        CheckoutId, Code, Entry,
        cards::{Card, order_to_pay},
        checkout_change::ChangeBy,
        lock::{Coupon, Lock, LockState},
        messages::{Refusal, Voice},
        snapshot::Snapshot,
    },
    error::FlowError,
    flows::{
        cards::{lock_credits::lock_credits, till::Till},
        cart::open_checkout,
        codes::{
            agree_codes::agree,
            opening::{Opening, is_counted},
        },
        coupons::{agree_amounts::all_agree, hold_coupons::rewards_of},
        locks::{cart_context::Cart, changes::on_cart, leased::Leased, lock_steps::session_of},
        sessions::session_change::SessionChange,
    },
};

/// What asking found out.
#[derive(Default)]
struct Found {
    lost: Vec<(Code, Refusal)>,
    /// Codes that give something else than they did.
    changed: Vec<Code>,
    /// Whether the checkout shows another discount than was calculated.
    differs: bool,
}

impl Found {
    fn stands(&self) -> bool {
        self.lost.is_empty() && self.changed.is_empty() && !self.differs
    }
}

/// Whether the order can be placed as the page shows it. A checkout that is gone is for the store to
/// refuse; a platform that does not answer is an error, and refuses nothing.
pub async fn look(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
    voice: Voice<'_>,
) -> Result<BeforeOrderResponse, FlowError> {
    if on_cart(context, connection, checkout).await?.is_empty() {
        return Ok(answer(&Found::default(), voice));
    }
    let leased = Leased::take(context, &connection.store, checkout, ChangeBy::Page, false).await?;
    let work = async {
        match open_checkout::find(connection, checkout).await?.open() {
            Some(open) => look_alone(&leased, connection, &open).await,
            None => Ok(Found::default()),
        }
    };
    let found = leased.through(work).await?;
    if !found.stands() {
        info!(store = %connection.store, %checkout, lost = found.lost.len(), "an order is held back: its codes changed");
        metrics::counter!("voucherbridge_orders_held_back_total").increment(1);
    }
    Ok(answer(&found, voice))
}

fn answer(found: &Found, voice: Voice<'_>) -> BeforeOrderResponse {
    let lost = found.lost.iter();
    let sentences: Vec<String> = lost
        .map(|(code, refusal)| voice.taken_off(code, refusal))
        .collect();
    BeforeOrderResponse {
        stands: found.stands(),
        message: sentences.join(" "),
    }
}

async fn look_alone(
    leased: &Leased<'_>,
    connection: &Connection,
    checkout: &Checkout,
) -> Result<Found, FlowError> {
    let opening = Opening::of(leased, connection, checkout).await?;
    let cart = opening.cart();
    let (coupons, certificates) = opening.locks().await?;
    let counted = coupons.iter().filter(|lock| is_counted(checkout, lock));
    let counted: Vec<Lock> = counted.cloned().collect();
    let mut found = Found::default();
    if !counted.is_empty() {
        found = ask(cart, coupons, cart.snapshot, None).await?;
        // One that the store took off is no part of this order.
        let is_ordered = |code: &Code| counted.iter().any(|lock| lock.holds(code));
        found.lost.retain(|(code, _)| is_ordered(code));
        found.changed.retain(is_ordered);
        let are_held = counted.iter().all(|lock| lock.state == LockState::Held);
        found.differs = are_held && !all_agree(checkout, &counted);
    }
    let till = Till::new(cart, &counted);
    let order = order_to_pay(&till.net, till.payable);
    if found.stands() {
        found = ask(till.cart(), certificates, &order, Some(&till)).await?;
    }
    Ok(found)
}

fn is_as_it_was(lock: &Lock, now: &Snapshot) -> bool {
    let snapshot = lock.snapshot.as_ref();
    snapshot.is_some_and(|known| known.is_of_same_cart(now)) && lock.is_told()
}

/// Asks about the locks of one session, which holds the same afterwards unless a code is lost. Where there is
/// something to put right, the change stays open until a refresh.
async fn ask(
    cart: Cart<'_>,
    locks: Vec<Lock>,
    now: &Snapshot,
    till: Option<&Till<'_>>,
) -> Result<Found, FlowError> {
    let Some(key) = locks.first().map(|lock| lock.session.clone()) else {
        return Ok(Found::default());
    };
    let are_right = !cart.work.found_open() && locks.iter().all(|lock| is_as_it_was(lock, now));
    let change = SessionChange::begin(cart, &locks, &[], &key).await?;
    cart.work.write_down().await?;
    let found = match till {
        Some(till) => ask_cards(till, &locks).await,
        None => ask_coupons(cart, &locks).await,
    };
    let holds = found.as_ref().is_ok_and(Found::stands) && are_right;
    match &found {
        _ if holds || change.is_after_cut_off() => change.succeeded(cart, &locks),
        Ok(_) => cart.work.fail(),
        Err(error) => change.failed(cart, error),
    }
    found
}

async fn ask_coupons(cart: Cart<'_>, locks: &[Lock]) -> Result<Found, FlowError> {
    let held: Vec<&Coupon> = locks.iter().flat_map(|lock| &lock.coupons).collect();
    let codes = held.iter().map(|coupon| coupon.code.clone()).collect();
    let Some(first) = locks.first() else {
        return Ok(Found::default());
    };
    let session = session_of(cart.context, &first.session);
    let agreed = agree(
        &cart,
        &session,
        codes,
        &mut Entry::default(),
        rewards_of(locks),
    )
    .await?;
    let gives_another = |held: &&&Coupon| {
        let mut agreed = agreed.coupons.iter();
        !agreed.any(|now| now.code == held.code && now.discount == held.discount)
    };
    let changed = held.iter().filter(gives_another);
    Ok(Found {
        changed: changed.map(|coupon| coupon.code.clone()).collect(),
        lost: agreed.lost,
        differs: false,
    })
}

/// What a certificate pays follows what there is to pay by itself; its cards have to be good.
async fn ask_cards(till: &Till<'_>, locks: &[Lock]) -> Result<Found, FlowError> {
    let mut cards = locks.iter().flat_map(|lock| &lock.cards);
    if !cards.any(Card::pays) {
        return Ok(Found::default());
    }
    let lacking = lock_credits(till, locks).await?.into_iter();
    Ok(Found {
        lost: lacking.map(|(code, lack)| (code, lack.refusal())).collect(),
        ..Found::default()
    })
}
