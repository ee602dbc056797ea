//! Loyalty cards and the rewards that their points pay for.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path, ServiceConfig, get};
use serde_json::json;

use super::answer::{Answer, ok, resource};
use super::page::Page;
use crate::voucherify::error::ApiError;
use crate::voucherify::model::{Voucher, VoucherValue};
use crate::voucherify::project::Project;
use crate::voucherify::state::State;
use crate::voucherify::views;

pub(super) fn configure(cfg: &mut ServiceConfig) {
    cfg.service(resource("/loyalties/members/{member}").route(get().to(member)))
        .service(resource("/loyalties/members/{member}/rewards").route(get().to(rewards)))
        .service(resource("/rewards/{id}").route(get().to(reward)));
}

/// A member is a loyalty card, named by its code or id.
fn card<'a>(project: &'a Project, member: &str) -> Result<&'a Voucher, ApiError> {
    let voucher = project.voucher(member);
    let card = voucher.filter(|voucher| matches!(voucher.value, VoucherValue::Loyalty(_)));
    card.ok_or_else(|| ApiError::not_found("voucher", member))
}

async fn member(state: Data<State>, member: Path<String>) -> Answer {
    let (_, project) = state.now_and_project();
    ok(&views::voucher(&project, card(&project, &member)?))
}

/// `affordable_only` leaves out nothing here: paying with points has no price of its own.
async fn rewards(state: Data<State>, member: Path<String>, request: HttpRequest) -> Answer {
    Page::read(request.query_string())?.only(&["affordable_only"])?;
    let (_, project) = state.now_and_project();
    let campaign = card(&project, &member)?.campaign_id.as_deref();
    let own = project.rewards.iter();
    let own = own.filter(|reward| Some(reward.campaign_id.as_str()) == campaign);
    let entries: Vec<_> = own
        .map(|reward| {
            json!({
                "reward": views::reward(reward),
                "assignment": views::reward_assignment(reward),
                "object": "loyalty_reward",
            })
        })
        .collect();
    ok(&views::list("data", &entries, entries.len()))
}

async fn reward(state: Data<State>, id: Path<String>) -> Answer {
    let (_, project) = state.now_and_project();
    let reward = project.reward(&id);
    ok(&views::reward(
        reward.ok_or_else(|| ApiError::not_found("reward", &id))?,
    ))
}
