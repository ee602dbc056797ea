//! Our refusals, in the shape of BigCommerce's errors.

use crate::domain::routes::CodeKind;
use crate::json::{object, stringify};
use crate::page::{Answer, say, unavailable};

const NO_CHECK: &str = "Codes cannot be checked";
/// BigCommerce's title for a code it does not take.
const INVALID: &str = "Incorrect or mismatch";
const BLANK: &str = "about:blank";
/// BigCommerce's type for an order that is not placed because its checkout is no longer what the page
/// shows: the page says so and reads the checkout again.
const CHANGED: &str = "cart_has_changed";

/// Refuses a code with a sentence.
pub fn code(sentence: &str) -> Answer {
    say(sentence);
    error(INVALID, BLANK, sentence)
}

/// Refuses a code that nobody could check.
pub fn unchecked_code() -> Answer {
    let sentence = unavailable();
    say(&sentence);
    error(NO_CHECK, BLANK, &sentence)
}

/// Refuses as BigCommerce does, for a code it does not know.
pub fn unknown_code(kind: CodeKind, typed: &str) -> Answer {
    let detail = format!("{} code `{typed}` is invalid", kind.label());
    error(INVALID, BLANK, &detail)
}

/// Refuses an order whose codes no longer give what the page shows.
pub fn order(sentence: &str) -> Answer {
    say(sentence);
    error(CHANGED, CHANGED, sentence)
}

fn error(title: &str, error_type: &str, detail: &str) -> Answer {
    let body = object(&[
        ("title", title.into()),
        ("type", error_type.into()),
        ("status", 400.into()),
        ("detail", detail.into()),
    ]);
    Answer::refusal(&stringify(&body))
}
