//! What a shopper reads: in the page's language, in the merchant's words where there are any.

use serde_json::{Value, json};
use voucherbridge::domain::messages::Language;

use super::helpers::{STORE, TestApp};

const LANGUAGES: [Language; 5] = [
    Language::En,
    Language::De,
    Language::Fr,
    Language::Es,
    Language::Pl,
];

/// One validation that refuses a code with this error.
fn refused(code: &str, error: &Value) -> Value {
    let verdict = json!({ "status": "INAPPLICABLE", "id": code, "object": "voucher",
        "result": { "error": error } });
    json!({ "valid": false, "redeemables": [], "inapplicable_redeemables": [verdict] })
}

#[tokio::test]
async fn the_page_decides_the_language() {
    let app = TestApp::connected().await;
    let checkout = app.checkout().await;
    for (locale, sentence) in [
        ("en", "This code has expired."),
        ("de-AT", "Dieser Code ist abgelaufen."),
        ("fr", "Ce code a expiré."),
        ("es-MX", "Este código ha caducado."),
        ("pl_PL", "Ten kod stracił ważność."),
        ("ja", "This code has expired."),
    ] {
        let answer = app.type_code(&checkout, "EXPIRED10", locale).await;
        assert_eq!(answer["reason"], "expired", "{locale}");
        assert_eq!(answer["message"], sentence, "{locale}");
    }
    let no_code = app.type_code(&checkout, "A\u{0}B", "de").await;
    let sentence = "Kein Code enthält solche Zeichen.";
    assert_eq!(no_code["error"]["message"], sentence);
    let closed = "0a1b2c3d-0000-4000-8000-000000000009";
    let gone = app.type_code(closed, "SAVE10", "fr").await;
    assert_eq!(gone["error"]["message"], "Cette commande est introuvable.");
}

#[tokio::test]
async fn a_code_that_leaves_says_so_in_the_language_of_the_page() {
    let app = TestApp::connected().await;
    let checkout = app.checkout().await;
    let applied = app.type_code(&checkout, "SAVE10", "de").await;
    assert_eq!(applied["outcome"], "applied", "{applied}");
    let error = json!({ "key": "voucher_expired", "message": "voucher expired" });
    app.validations_answer(&refused("SAVE10", &error)).await;
    // The session is about to end, so the code is looked at again.
    app.stand_in.shop_kit.clock.advance(110 * 60);
    let path = format!("/{STORE}/checkouts/{checkout}/refresh");
    let answer = app.to(reqwest::Method::POST, &path);
    let answer = answer
        .json(&json!({ "locale": "pl" }))
        .send()
        .await
        .unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(
        answer["dropped"][0]["message"],
        "Kod SAVE10 został usunięty. Ten kod stracił ważność."
    );
}

#[tokio::test]
async fn what_the_merchant_wrote_for_a_rule_is_shown_on_english_pages() {
    let app = TestApp::connected().await;
    let checkout = app.checkout().await;
    let rule = json!({ "name": "order.amount", "conditions": { "$more_than": [9_999_999] },
        "error": { "message": "Only for very large orders." } });
    let discount = json!({ "type": "PERCENT", "percent_off": 5 });
    app.make_voucher(
        &json!({ "code": "LARGE", "type": "DISCOUNT_VOUCHER", "discount": discount,
            "rules": [rule] }),
    )
    .await;
    for language in LANGUAGES {
        let answer = app
            .type_code(&checkout, "LARGE", &language.to_string())
            .await;
        assert_eq!(answer["reason"], "rules_not_met");
        let sentence = match language {
            Language::En => "Only for very large orders.",
            Language::De => "Ihr Warenkorb erfüllt die Bedingungen dieses Codes nicht.",
            Language::Fr => "Votre panier ne remplit pas les conditions de ce code.",
            Language::Es => "Su carrito no cumple las condiciones de este código.",
            Language::Pl => "Koszyk nie spełnia warunków tego kodu.",
        };
        assert_eq!(answer["message"], sentence);
    }
}

#[tokio::test]
async fn an_unknown_key_is_never_shown() {
    let app = TestApp::connected().await;
    let checkout = app.checkout().await;
    let neutral = [
        "This code cannot be used here.",
        "Dieser Code kann hier nicht verwendet werden.",
    ];
    for (message, english) in [
        ("The voucher is on hold", "The voucher is on hold."),
        ("some_new_key", neutral[0]),
        ("Rule some_new_key was violated", neutral[0]),
    ] {
        let error = json!({ "key": "some_new_key", "message": message });
        app.stand_in.voucherify_kit.faults.clear();
        app.validations_answer(&refused("SAVE10", &error)).await;
        for (locale, sentence) in [("en-US", english), ("de", neutral[1])] {
            let answer = app.type_code(&checkout, "SAVE10", locale).await;
            assert_eq!(answer["message"], sentence, "{locale}: {message}");
        }
    }
}
