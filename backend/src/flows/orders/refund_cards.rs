//! Gift cards get back what was refunded to them.
//!
//! What a payment of a refund gives is decided once and written down before Voucherify is asked;
//! after an uncertain answer Voucherify's own list of transactions decides. So the same refund told
//! again gives nothing, whatever became of the order meanwhile.

use tracing::info;

use crate::{
    context::{Connection, Context},
    database::{
        card_refunds::{self, CardRefund},
        locks,
        redemptions::{self, Redemption, RedemptionState},
    },
    domain::{
        Hundredths, OrderId,
        order::Order,
        refunds::{Paid, RefundPayment, share_out},
    },
    error::FlowError,
    flows::later::{clean_up_later, not_before},
    voucherify::VoucherifyError,
};

/// What a card gets beside the payments of refunds, when its order came to nothing.
const REST: &str = "rest";

/// The gift cards that paid an order, and what they got back.
pub(crate) struct CardsOfOrder<'a> {
    context: &'a Context,
    connection: &'a Connection,
    pub(crate) order: &'a Order,
    pub(crate) cards: Vec<Redemption>,
    payments: Vec<RefundPayment>,
    given: Vec<CardRefund>,
    /// What Voucherify will not give, with its error's key.
    refused: Vec<(CardRefund, String)>,
}

/// Gives the gift cards of a paid order what was refunded to them so far.
pub(crate) async fn refund_cards(
    context: &Context,
    connection: &Connection,
    order: &Order,
) -> Result<(), FlowError> {
    let cards = redeemed(context, connection, order.id).await?;
    let Some(mut cards) = CardsOfOrder::read(context, connection, order, cards).await? else {
        return Ok(());
    };
    cards.give().await?;
    match cards.refused.first() {
        Some((card, key)) => Err(FlowError::NeedsPerson(format!(
            "a refund to the gift card of lock {} was refused: {key}",
            card.lock
        ))),
        None => Ok(()),
    }
}

/// The order's redemptions that were not given back as a whole.
pub(crate) async fn redeemed(
    context: &Context,
    connection: &Connection,
    order: OrderId,
) -> Result<Vec<Redemption>, FlowError> {
    let mut reading = context.database.read().await?;
    let mut all = redemptions::of_order(&mut reading, &connection.store, order).await?;
    drop(reading);
    all.retain(|one| one.state == RedemptionState::Redeemed);
    Ok(all)
}

impl<'a> CardsOfOrder<'a> {
    /// Reads what was refunded and what was given; none if no card paid. What Voucherify was asked
    /// for before is seen through.
    pub(crate) async fn read(
        context: &'a Context,
        connection: &'a Connection,
        order: &'a Order,
        mut cards: Vec<Redemption>,
    ) -> Result<Option<Self>, FlowError> {
        cards.retain(|redemption| redemption.credits.is_some());
        if cards.is_empty() {
            return Ok(None);
        }
        let mut reading = context.database.read().await?;
        let given = card_refunds::of_order(&mut reading, &connection.store, order.id).await?;
        drop(reading);
        let payments = connection.bigcommerce.refunds(order.id).await?;
        let mut all = Self {
            context,
            connection,
            order,
            cards,
            payments,
            given,
            refused: Vec::new(),
        };
        all.finish().await?;
        Ok(Some(all))
    }

    /// Gives what the payments of refunds say.
    pub(crate) async fn give(&mut self) -> Result<(), FlowError> {
        let due = self.due();
        let all: Hundredths = due.iter().map(|(_, credits)| *credits).sum();
        for (payment, credits) in due {
            // A payment that was declined later, or was decided by another name, has given already.
            let left = (all - self.given()).max(Hundredths::ZERO);
            self.give_for(&payment, credits.min(left)).await?;
        }
        Ok(())
    }

    /// Gives that, and what is left of an order that came to nothing.
    pub(crate) async fn give_all(&mut self, is_void: bool) -> Result<(), FlowError> {
        self.give().await?;
        self.give_for(REST, self.rest(is_void)).await
    }

    /// Gives all that is open of the cards.
    pub(crate) async fn give_what_is_open(&mut self) -> Result<(), FlowError> {
        let open: Hundredths = self.cards.iter().map(|card| self.open(card)).sum();
        self.give_for(REST, open).await
    }

    /// Why Voucherify does not take a card's money back.
    pub(crate) fn refusal(&self, card: &Redemption) -> Option<&str> {
        let own = self.refused.iter().find(|(one, _)| is_of(one, card));
        own.map(|(_, key)| key.as_str())
    }

    /// Whether the cards get back all they paid, and have got nothing yet.
    pub(crate) fn get_all_at_once(&self, is_void: bool) -> bool {
        let due: Hundredths = self.due().iter().map(|(_, credits)| *credits).sum();
        let rest = self.paid().rest(self.refunded(is_void), due);
        !self.given().is_positive() && due + rest == self.paid().by_cards
    }

    /// Whether a provider declined a payment: it may be tried again.
    pub(crate) fn has_declined(&self) -> bool {
        self.payments.iter().any(|payment| payment.is_declined)
    }

    fn paid(&self) -> Paid {
        Paid {
            total: self.order.total,
            by_certificates: self.order.certificate_amount,
            by_cards: self.cards.iter().filter_map(|card| card.credits).sum(),
            unit: self.unit(),
        }
    }

    fn unit(&self) -> Hundredths {
        let currencies = &self.connection.settings.currencies;
        currencies.unit(self.order.currency)
    }

    fn due(&self) -> Vec<(String, Hundredths)> {
        let rule = self.connection.settings.offline_refunds;
        self.paid().due(&self.payments, rule)
    }

    fn rest(&self, is_void: bool) -> Hundredths {
        self.paid().rest(self.refunded(is_void), self.given())
    }

    /// What went back of the order's money. Where the order stands as refunded, what a provider
    /// declined is still the provider's to give.
    fn refunded(&self, is_void: bool) -> Hundredths {
        let payments = self.payments.iter();
        let counts = payments.filter(|payment| !(is_void && payment.is_declined));
        counts.map(|payment| payment.amount).sum()
    }

    fn given(&self) -> Hundredths {
        self.given.iter().map(|one| one.credits).sum()
    }

    fn open(&self, card: &Redemption) -> Hundredths {
        let own = self.given.iter().filter(|one| is_of(one, card));
        let given: Hundredths = own.map(|one| one.credits).sum();
        (card.credits.unwrap_or_default() - given).max(Hundredths::ZERO)
    }

    /// Divides `credits` among the cards, once for each payment.
    async fn give_for(&mut self, payment: &str, credits: Hundredths) -> Result<(), FlowError> {
        if payment == REST && !credits.is_positive() {
            // There may be a rest later.
            return Ok(());
        }
        let is_own = |one: &CardRefund| self.cards.iter().any(|card| is_of(one, card));
        let mut decided = self.given.iter().filter(|one| one.payment == payment);
        if decided.any(is_own) {
            return Ok(());
        }
        let open: Vec<Hundredths> = self.cards.iter().map(|card| self.open(card)).collect();
        let parts = share_out(credits, &open, self.unit());
        let of_card = |(card, credits): (&Redemption, Hundredths)| CardRefund {
            store: card.store.clone(),
            order: self.order.id,
            payment: payment.to_owned(),
            code: card.code.clone(),
            lock: card.lock.clone(),
            credits,
            // That a card gets nothing is decided too.
            done: !credits.is_positive(),
            sent_at_ms: self.context.clock.now_ms(),
        };
        let new: Vec<CardRefund> = self.cards.iter().zip(parts).map(of_card).collect();
        let mut tx = self.context.database.begin().await?;
        for one in &new {
            card_refunds::put(tx.connection(), one).await?;
            if let Some(lock) = locks::get(tx.connection(), &one.lock).await?
                && !one.done
            {
                // The store may have given the certificate its money back too.
                clean_up_later(self.context, &mut tx, &lock).await?;
            }
        }
        tx.commit().await?;
        self.context.wake_worker();
        for one in new {
            if !one.done {
                self.send(one.clone()).await?;
            }
            self.given.push(one);
        }
        Ok(())
    }

    /// Twice the time-out after Voucherify was asked, its list shows whether it did.
    async fn finish(&mut self) -> Result<(), FlowError> {
        let is_own = |one: &&CardRefund| self.cards.iter().any(|card| is_of(one, card));
        let unsure = self.given.iter().filter(is_own).filter(|one| !one.done);
        for unsure in unsure.cloned().collect::<Vec<_>>() {
            not_before(
                self.context,
                unsure.sent_at_ms + self.context.straggling_ms(),
            )?;
            let (code, id) = (&unsure.code, transaction_id(&unsure));
            let voucherify = &self.connection.voucherify;
            match voucherify.has_transaction(code, &id).await.map_err(refusal) {
                Ok(true) => {
                    let done = true;
                    put(self.context, &CardRefund { done, ..unsure }).await?;
                }
                Ok(false) => {
                    let sent_at_ms = self.context.clock.now_ms();
                    let again = CardRefund {
                        sent_at_ms,
                        ..unsure
                    };
                    put(self.context, &again).await?;
                    self.send(again).await?;
                }
                Err(key) => self.refused.push((unsure, key?)),
            }
        }
        Ok(())
    }

    /// What stays refused stops no other card.
    async fn send(&mut self, refund: CardRefund) -> Result<(), FlowError> {
        let id = transaction_id(&refund);
        let (code, reason) = (&refund.code, "order refunded");
        let voucherify = &self.connection.voucherify;
        let asked = voucherify.add_balance(code, refund.credits, &id, reason);
        if let Err(error) = asked.await {
            self.refused.push((refund, refusal(error)?));
            return Ok(());
        }
        let done = true;
        put(
            self.context,
            &CardRefund {
                done,
                ..refund.clone()
            },
        )
        .await?;
        info!(
            store = %refund.store, order = %refund.order, credits = refund.credits.0,
            "a gift card got its part of a refund"
        );
        metrics::counter!("voucherbridge_card_refunds_total").increment(1);
        Ok(())
    }
}

fn is_of(refund: &CardRefund, card: &Redemption) -> bool {
    refund.code == card.code && refund.lock == card.lock
}

fn transaction_id(refund: &CardRefund) -> String {
    let CardRefund {
        store,
        order,
        payment,
        lock,
        ..
    } = refund;
    format!("{store}-{order}-refund-{payment}-{lock}")
}

async fn put(context: &Context, refund: &CardRefund) -> Result<(), FlowError> {
    let mut tx = context.database.begin().await?;
    card_refunds::put(tx.connection(), refund).await?;
    tx.commit().await?;
    Ok(())
}

/// The error key of a refusal that stays one.
pub(crate) fn refusal(error: VoucherifyError) -> Result<String, FlowError> {
    match error {
        VoucherifyError::Refused { ref key, .. } if error.is_final() => Ok(key.clone()),
        error => Err(error.into()),
    }
}
