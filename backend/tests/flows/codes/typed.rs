//! What shoppers type, copy and dictate: which codes it comes to, at how many calls.

use serde_json::{Value, json};
use voucherbridge_api_types::ApplyResponse;
use voucherbridge_stand_in::shopper::Shopper;

use crate::{money::cents, world::World};

impl World {
    /// A code of 1.00 off.
    async fn voucher(&self, code: &str) {
        let discount = json!({ "type": "AMOUNT", "amount_off": 100 });
        let voucher = json!({ "code": code, "type": "DISCOUNT_VOUCHER", "discount": discount,
            "redemption": { "quantity": 1 } });
        self.make_voucher(&voucher).await;
    }

    async fn switches(&self, switches: Value) {
        self.voucherify_control("PUT", "switches", &switches).await;
    }

    /// Which kind of project it is.
    async fn ignores_case(&self, ignores: bool, answers_own_spelling: bool) {
        self.switches(json!({ "codes_case_sensitive": !ignores,
            "answers_own_spelling": answers_own_spelling }))
            .await;
    }

    /// Codes that differ by case are several.
    async fn heeds_case(&self) {
        self.switches(json!({ "codes_case_sensitive": true })).await;
    }

    /// The codes that an entry comes to. What is held before is not told.
    async fn read_as(&self, shopper: &Shopper, entry: &str) -> Vec<String> {
        self.stand_in.voucherify_kit.calls.clear();
        let entered = self.enter(shopper, entry).await;
        assert!(
            entered.rejected.is_empty(),
            "{entry:?}: {:?}",
            entered.rejected
        );
        entered.codes.into_iter().map(|code| code.code).collect()
    }

    /// How many validations there were since.
    fn asked(&self) -> usize {
        let calls = self.calls("voucherify", 0);
        let validations = calls.iter().filter(|call| call.path == "/v1/validations");
        validations.count()
    }

    /// The sentence of a refusal.
    async fn refusal(&self, shopper: &Shopper, entry: &str) -> (String, String) {
        match self.type_code(shopper, entry).await.unwrap() {
            ApplyResponse::Rejected { reason, message } => (reason, message),
            applied @ ApplyResponse::Applied { .. } => panic!("{entry}: {applied:?}"),
        }
    }

    /// What all sessions hold.
    async fn held(&self) -> Vec<String> {
        let state = self.voucherify_state().await;
        let sessions = state["sessions"].as_array().unwrap().iter();
        let codes = sessions.flat_map(|session| session["codes"].as_array().unwrap());
        codes
            .map(|code| code.as_str().unwrap().to_owned())
            .collect()
    }
}

/// What is typed, what it comes to, and the validations that it costs.
const TYPED: [(&str, &[&str], usize); 18] = [
    ("DON'T10", &["DON'T10"], 1),
    ("10€OFF", &["10€OFF"], 1),
    ("<b>&\"\\%2e/..", &["<b>&\"\\%2e/.."], 1),
    ("割引🎉", &["割引🎉"], 1),
    (
        "\u{feff}SA\u{200b}VE\u{ad}10\u{2060}\u{200e}",
        &["SAVE10"],
        1,
    ),
    ("\u{a0}SAVE10\u{3000}\r\n", &["SAVE10"], 1),
    ("10–OFF", &["10-OFF"], 2),
    ("DON’T10", &["DON'T10"], 2),
    ("ＳＡＶＥ１０", &["SAVE10"], 2),
    ("CAFE\u{301}", &["CAFÉ"], 2),
    ("cat bird", &["cat bird"], 1),
    ("cat\u{a0}\u{a0}bird", &["cat bird"], 1),
    ("SAVE10 TAKE20", &["SAVE10", "TAKE20"], 2),
    (
        "SAVE10\nTAKE20\r\nWELCOME5",
        &["SAVE10", "TAKE20", "WELCOME5"],
        1,
    ),
    ("SAVE10; TAKE20", &["SAVE10", "TAKE20"], 1),
    (
        "SAVE10, TAKE20 WELCOME5",
        &["SAVE10", "TAKE20", "WELCOME5"],
        1,
    ),
    ("10–OFF, SAVE10", &["10-OFF", "SAVE10"], 2),
    ("ABCD EFGH JKMN PQRS", &["ABCD EFGH JKMN PQRS"], 1),
];

/// Codes that the demo does not have.
const KNOWN: [&str; 8] = [
    "<b>&\"\\%2e/..",
    "割引🎉",
    "10-OFF",
    "CAFÉ",
    "cat bird",
    "cat",
    "bird",
    "ABCD EFGH JKMN PQRS",
];

/// In both ways in which a project judges several codes.
#[tokio::test]
async fn what_was_typed_comes_to_the_code_that_was_meant() {
    let world = World::new().await;
    for code in KNOWN {
        world.voucher(code).await;
    }
    for mode in ["ALL", "PARTIAL"] {
        world
            .switches(json!({ "stacking_rules": { "redeemables_application_mode": mode } }))
            .await;
        for (typed, meant, calls) in TYPED {
            let mut shopper = world.shopper().await;
            assert_eq!(world.read_as(&shopper, typed).await, meant, "{typed:?}");
            assert_eq!(world.asked(), calls, "{mode} {typed:?}");
            assert_eq!(world.held().await, meant, "{mode} {typed:?}");
            // Held under what was meant, so the page can give it back.
            let native = world.locks(&shopper).await.remove(0).native_code;
            shopper.apply_coupon(native.as_str()).await.unwrap();
            world.remove(&mut shopper, &native).await;
            world.settle().await;
            assert!(world.held().await.is_empty(), "{mode} {typed:?}");
        }
    }
}

/// A reading that is not known never holds anything, nor lets go of what is held.
#[tokio::test]
async fn beside_what_is_held_an_entry_costs_one_call_that_holds() {
    for mode in ["ALL", "PARTIAL"] {
        for releases in [false, true] {
            let world = World::new().await;
            world
                .switches(
                    json!({ "stacking_rules": { "redeemables_application_mode": mode },
                    "failed_validation_releases_session": releases }),
                )
                .await;
            let mut shopper = world.shopper().await;
            world.add(&mut shopper, "SAVE10").await;
            let read = world.read_as(&shopper, "TAKE20 WELCOME5").await;
            assert_eq!(read, ["SAVE10", "TAKE20", "WELCOME5"]);
            assert_eq!(world.asked(), 2, "{mode}");
            let held = world.held().await;
            assert_eq!(held, ["SAVE10", "TAKE20", "WELCOME5"], "{mode}");
            // Typed again as a phone has it, it is what is held.
            let read = world.read_as(&shopper, "ＴＡＫＥ２０").await;
            assert_eq!(read.len(), 3);
            assert_eq!(world.held().await.len(), 3, "{mode}");
        }
    }
}

#[tokio::test]
async fn the_groups_of_a_printed_card_are_one_card() {
    let world = World::new().await;
    let card =
        json!({ "code": "ABCDEFGHJKMN", "type": "GIFT_VOUCHER", "gift": { "amount": 5_000 } });
    world.make_voucher(&card).await;
    let mut shopper = world.shopper().await;
    let (_, checkout) = world.pay_with(&mut shopper, "ABCD EFGH JKMN").await;
    let paid = &checkout["giftCertificates"][0]["used"];
    assert_eq!(cents(paid), 5_000);
}

#[tokio::test]
async fn what_is_not_known_is_told_once_as_it_was_typed() {
    const NOT_VALID: &str = "This code is not valid.";
    let world = World::new().await;
    let shopper = world.shopper().await;
    for (typed, sentence) in [
        ("CAT DOG", NOT_VALID.to_owned()),
        ("A–B", NOT_VALID.to_owned()),
        ("A, B C", format!("A: {NOT_VALID} B C: {NOT_VALID}")),
        ("5,00€", format!("5: {NOT_VALID} 00€: {NOT_VALID}")),
        ("割引", NOT_VALID.to_owned()),
    ] {
        let told = world.refusal(&shopper, typed).await;
        assert_eq!(told, ("unknown".to_owned(), sentence), "{typed:?}");
    }
    assert!(world.held().await.is_empty());
    assert!(world.locks(&shopper).await.is_empty(), "guesses leave rows");
    world.voucher("5,00€").await;
    assert_eq!(world.read_as(&shopper, "5,00€").await, ["5,00€"]);
    let entered = world.enter(&world.shopper().await, "SAVE10, NO SUCH").await;
    let rejected: Vec<_> = entered.rejected.iter().map(|one| &*one.code).collect();
    assert_eq!(rejected, ["NO SUCH"]);
}

#[tokio::test]
async fn small_letters_of_an_unknown_code_are_worth_a_word() {
    let world = World::new().await;
    world.heeds_case().await;
    let shopper = world.shopper().await;
    let told = world.refusal(&shopper, "save10").await;
    let sentence = "This code is not valid. Please check capital and small letters.";
    assert_eq!(told, ("unknown".to_owned(), sentence.to_owned()));
    // The same for a code that is not there in any spelling: nobody learns which codes exist.
    assert_eq!(world.refusal(&shopper, "save99").await.1, sentence);
    let told = world.refusal(&shopper, "SAVE99").await;
    assert_eq!(told.1, "This code is not valid.");
    world.stand_in.voucherify_kit.calls.clear();
    world.reason(&shopper, "save10").await;
    assert_eq!(world.calls("voucherify", 0).len(), 1);
}

#[tokio::test]
async fn codes_that_differ_by_case_are_one_where_the_project_ignores_it() {
    for own_spelling in [false, true] {
        let world = World::new().await;
        world.ignores_case(true, own_spelling).await;
        let mut shopper = world.shopper().await;
        assert_eq!(
            world.read_as(&shopper, "save10,SAVE10,Save10").await.len(),
            1
        );
        let native = world.locks(&shopper).await.remove(0).native_code;
        shopper.apply_coupon(native.as_str()).await.unwrap();
        let again = world.enter(&shopper, "SAVE10").await;
        assert_eq!(
            (again.natives.as_slice(), again.codes.len()),
            ([native.to_string()].as_slice(), 1)
        );
        assert_eq!(world.usage("SAVE10").await, (0, 1));
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        assert_eq!(world.usage("SAVE10").await, (1, 0));
        // Its last use is held by another checkout, under another spelling.
        world.enter(&world.shopper().await, "once15").await;
        let reason = world.reason(&world.shopper().await, "Once15").await;
        assert_eq!(reason, "in_use");
    }
}

#[tokio::test]
async fn codes_that_differ_by_case_are_two_where_the_project_heeds_it() {
    let world = World::new().await;
    world.heeds_case().await;
    world.voucher("abc").await;
    world.voucher("ABC").await;
    let mut shopper = world.shopper().await;
    let (natives, _) = world.add(&mut shopper, "abc").await;
    let (joined, _) = world.add(&mut shopper, "ABC").await;
    assert_eq!(natives, joined);
    assert_eq!(world.held().await, ["abc", "ABC"]);
    // One that is not there is no third.
    assert_eq!(world.read_as(&shopper, "Abc").await, ["abc", "ABC"]);
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    for code in ["abc", "ABC"] {
        assert_eq!(world.usage(code).await, (1, 0), "{code}");
    }
    let both = world.shopper().await;
    world.voucher("x1").await;
    world.voucher("X1").await;
    assert_eq!(world.read_as(&both, "x1,X1").await, ["x1", "X1"]);
}

/// How a voucher spells its code is asked once for each, however many they meet.
#[tokio::test]
async fn many_spellings_of_a_code_cost_a_call_each() {
    let world = World::new().await;
    world.heeds_case().await;
    let spellings = ["abc", "ABC", "Abc", "aBc", "abC"];
    for code in spellings {
        world.voucher(code).await;
    }
    let shopper = world.shopper().await;
    world.enter(&shopper, "abc").await;
    assert_eq!(
        world.read_as(&shopper, &spellings.join(",")).await,
        spellings
    );
    let calls = world.calls("voucherify", 0);
    let mut asked: Vec<&str> = calls
        .iter()
        .filter_map(|call| call.path.strip_prefix("/v1/vouchers/"))
        .collect();
    asked.sort_unstable();
    let mut each = spellings;
    each.sort_unstable();
    assert_eq!(asked, each);
}

/// Where Voucherify does not tell how a voucher spells its code, two spellings are one.
#[tokio::test]
async fn where_it_cannot_be_asked_codes_that_differ_by_case_are_one() {
    let world = World::new().await;
    world.voucher("abc").await;
    world.voucher("ABC").await;
    let action = json!({ "kind": "status", "status": 403, "body": {} });
    let rule = json!({ "method": "GET", "path": "/v1/vouchers/", "action": action });
    world.fault(world.url_of("voucherify"), &rule).await;
    let shopper = world.shopper().await;
    assert_eq!(world.read_as(&shopper, "abc,ABC").await, ["abc"]);
}
