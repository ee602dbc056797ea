//! The balance of a gift card and the movements of its money.

use actix_web::HttpRequest;
use actix_web::web::{Bytes, Data, Path, ServiceConfig, get, post};
use serde_json::json;

use super::answer::{Answer, ok, read, resource};
use super::page::Page;
use crate::voucherify::error::ApiError;
use crate::voucherify::model::Transaction;
use crate::voucherify::project::cards::BalanceBody;
use crate::voucherify::state::State;
use crate::voucherify::views;

pub(super) fn configure(cfg: &mut ServiceConfig) {
    cfg.service(resource("/vouchers/{code}/balance").route(post().to(adjust)))
        .service(resource("/vouchers/{code}/transactions").route(get().to(transactions)));
}

async fn adjust(state: Data<State>, code: Path<String>, body: Bytes) -> Answer {
    let body: BalanceBody = read(&body)?;
    let (now, mut project) = state.now_and_project();
    ok(&project.adjust_balance(&code, body, now)?)
}

/// Newest first unless asked for otherwise. Pages by a cursor, not by number.
async fn transactions(state: Data<State>, code: Path<String>, request: HttpRequest) -> Answer {
    let page = Page::read(request.query_string())?;
    page.only(&["order", "starting_after_id"])?;
    if page.number != 1 {
        return Err(ApiError::query("page: not known"));
    }
    let (_, project) = state.now_and_project();
    let voucher = project
        .voucher(&code)
        .ok_or_else(|| ApiError::not_found("voucher", &code))?;
    let mut found: Vec<_> = project.transactions_of(voucher).collect();
    match page.get("order") {
        None | Some("-id") => {}
        Some("id") => found.reverse(),
        Some(_) => return Err(ApiError::query("order: must be id or -id")),
    }
    let found = match page.get("starting_after_id") {
        Some(id) => after(found, id),
        None => found,
    };
    let has_more = found.len() > page.limit;
    let shown = found.into_iter().take(page.limit);
    let entries: Vec<_> = shown
        .map(|transaction| views::transaction(&project, transaction))
        .collect();
    let last = entries.last().filter(|_| has_more);
    let last = last.map(|entry| entry["id"].clone());
    let mut body = json!({
        "object": "list",
        "data_ref": "data",
        "data": entries,
        "has_more": has_more,
    });
    if let Some(last) = last {
        body["more_starting_after"] = last;
    }
    ok(&body)
}

fn after<'a>(list: Vec<&'a Transaction>, id: &str) -> Vec<&'a Transaction> {
    let from_cursor = list
        .into_iter()
        .skip_while(|transaction| transaction.id != id);
    from_cursor.skip(1).collect()
}
