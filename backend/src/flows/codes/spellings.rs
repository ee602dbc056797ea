//! Codes that differ by capital letters alone: one voucher where the project ignores case, else two.
//!
//! Only how a voucher spells its own code tells which kind of project it is. That is asked only where two
//! such codes meet. Where Voucherify does not let us ask, they are one, so that it is never
//! used twice.

use std::collections::HashMap;

use crate::{
    context::Connection,
    domain::{Code, Entry},
    error::FlowError,
    voucherify::VoucherifyError,
};

/// How the vouchers of two such codes spell theirs; none where there is no voucher.
type Spellings = (Option<String>, Option<String>);
/// What was asked already: each code costs one call.
type Asked = HashMap<Code, Option<String>>;

/// Has every voucher of an entry have one name: that by which the checkout holds it, or by which it was
/// typed first. A spelling of which there is no voucher means the one that is held.
pub(crate) async fn choose(
    connection: &Connection,
    entry: &mut Entry,
    held: &[Code],
) -> Result<(), FlowError> {
    let typed = entry.all_codes();
    let mut asked = Asked::new();
    for (at, code) in typed.iter().enumerate() {
        if held.contains(code) {
            continue;
        }
        for known in held.iter().filter(|known| known.may_be(code)) {
            let spellings = spellings(connection, known, code, &mut asked).await?;
            if matches!(spellings, Some((_, None))) || is_one(spellings) {
                entry.respell(code, known);
                break;
            }
        }
        for known in &typed[..at] {
            if known.may_be(code) && is_one(spellings(connection, known, code, &mut asked).await?) {
                entry.respell(code, known);
                break;
            }
        }
    }
    Ok(())
}

/// Whether two codes that differ by capital letters alone are one voucher.
pub(crate) async fn are_one(
    connection: &Connection,
    one: &Code,
    other: &Code,
) -> Result<bool, FlowError> {
    if !one.may_be(other) {
        return Ok(false);
    }
    Ok(is_one(
        spellings(connection, one, other, &mut Asked::new()).await?,
    ))
}

fn is_one(spellings: Option<Spellings>) -> bool {
    spellings.is_none_or(|(one, other)| one.is_some() && one == other)
}

/// None where we may not ask.
async fn spellings(
    connection: &Connection,
    one: &Code,
    other: &Code,
    asked: &mut Asked,
) -> Result<Option<Spellings>, FlowError> {
    for code in [one, other] {
        if asked.contains_key(code) {
            continue;
        }
        match connection.voucherify.own_spelling(code).await {
            Ok(spelling) => asked.insert(code.clone(), spelling),
            Err(VoucherifyError::Refused { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
    }
    let of = |code: &Code| asked.get(code).cloned().flatten();
    Ok(Some((of(one), of(other))))
}
