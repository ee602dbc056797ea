//! Whatever a code holds, it is the same code at the end of every path to Voucherify and back, and its
//! native codes are such as BigCommerce takes.

use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseError, TestRunner},
};
use serde_json::json;
use voucherbridge::{
    domain::{
        Code, Hundredths, LockId, NativeCode, NativeSuffix, SessionKey, order::OrderStatus,
        snapshot::Snapshot,
    },
    voucherify::{Redeemable, RedemptionRequest, Session},
};

use crate::world::{World, checkout_of};

/// Any text that is a code: every character there is, and often those that paths, queries, JSON and
/// SQL patterns make something of.
fn codes() -> impl Strategy<Value = Code> {
    let telling = "[-./%?#&+ ;,:@\\\\'\"<>{}|^~`$*!_=()\\[\\]€–é😀]{1,12}";
    let text = prop_oneof![telling, "\\PC{1,30}", "%2[efEF]", "\\.{3,4}"];
    text.prop_filter_map("no code", |text| Code::parse(&text).ok())
}

/// A shopper's checkout that holds a code: its world, its session and what was validated.
struct Held {
    world: World,
    session: SessionKey,
    snapshot: Snapshot,
}

impl Held {
    async fn new() -> Self {
        let world = World::new().await;
        let shopper = world.shopper().await;
        let [session, _] = SessionKey::of(&world.connection.store, &checkout_of(&shopper));
        world.enter(&shopper, "SAVE10").await;
        let snapshot = world.locks(&shopper).await.remove(0).snapshot.unwrap();
        Self {
            world,
            session,
            snapshot,
        }
    }

    /// The code is asked about, held, let go of and given money: it is itself each time.
    async fn survives_until_it_is_paid(&self, code: &Code) -> Result<(), TestCaseError> {
        let (world, voucherify) = (&self.world, &self.world.connection.voucherify);
        let card = json!({ "code": code, "type": "GIFT_VOUCHER", "gift": { "amount": 5_000 } });
        world.make_voucher(&card).await;
        let held = Session {
            key: self.session.clone(),
            minutes: 10,
        };
        let asked = [Redeemable::code(code)];
        let answer = voucherify
            .validate(&asked, &self.snapshot, Some(&held))
            .await
            .unwrap();
        prop_assert_eq!(&answer.applicable[0].code, code);
        let spelling = voucherify.own_spelling(code).await.unwrap();
        prop_assert_eq!(spelling.as_deref(), Some(code.as_str()));
        voucherify.release(code, &self.session).await.unwrap();
        prop_assert_eq!(world.usage(code.as_str()).await, (0, 0));
        voucherify
            .add_balance(code, Hundredths(100), "credit", "test")
            .await
            .unwrap();
        prop_assert!(voucherify.has_transaction(code, "credit").await.unwrap());
        prop_assert_eq!(voucherify.paying_reward(code).await.unwrap(), None);
        Ok(())
    }

    /// The code pays an order of this name, which names it.
    async fn survives_its_redemption(&self, code: &Code, order: &str) -> Result<(), TestCaseError> {
        let voucherify = &self.world.connection.voucherify;
        let lock = LockId::from_uuid(uuid::Uuid::now_v7());
        let request = RedemptionRequest {
            codes: vec![(lock, Redeemable::code(code))],
            snapshot: &self.snapshot,
            session: &self.session,
            order_source_id: order,
            order_status: OrderStatus::Paid,
            difference: None,
        };
        let redeemed = voucherify.redeem(&request).await.unwrap();
        prop_assert_eq!(&redeemed.results[0].code, code);
        let known = voucherify.known_order(order).await.unwrap().unwrap();
        prop_assert_eq!(known.redemptions[0].code.as_deref(), Some(code.as_str()));
        Ok(())
    }
}

/// Its native codes are read as they were written, and so is it itself.
fn survives_being_written_down(code: &Code, number: u32) -> Result<(), TestCaseError> {
    let suffix = NativeSuffix::from_bits(number);
    for native in [
        NativeCode::for_code(code, &suffix),
        NativeCode::for_certificate(code, &suffix),
    ] {
        prop_assert_eq!(NativeCode::parse(native.as_str()), Ok(native));
    }
    let json = serde_json::to_string(code).unwrap();
    prop_assert_eq!(&serde_json::from_str::<Code>(&json).unwrap(), code);
    Ok(())
}

#[test]
fn any_code_survives_every_path_to_voucherify_and_back() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let held = runtime.block_on(Held::new());
    let count = std::cell::Cell::new(0_u32);
    let cases = Config {
        failure_persistence: None,
        cases: Config::default().cases.min(64),
        ..Config::default()
    };
    let run = |code: Code| -> Result<(), TestCaseError> {
        count.set(count.get() + 1);
        let order = format!("order-{}", count.get());
        runtime.block_on(async {
            held.survives_until_it_is_paid(&code).await?;
            held.survives_its_redemption(&code, &order).await
        })?;
        survives_being_written_down(&code, count.get())
    };
    TestRunner::new(cases).run(&codes(), run).unwrap();
}
