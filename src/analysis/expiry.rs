//! In: a model and a day. Out: whether the policy is near its last day, or past it (P0459).
//! Invariant: the library has no clock; nothing is said unless somebody gives the day.

use crate::calendar;
use crate::diagnostics::{Code, Diagnostic};
use crate::limits::EXPIRY_NEAR_DAYS;
use crate::model::Model;

/// What is to be said of a policy's last day on a day.
#[must_use]
pub fn expiry(model: &Model, on: i32) -> Option<Diagnostic> {
    let last = model.policy.in_force.last?;
    let left = last.checked_sub(on).filter(|left| *left < EXPIRY_NEAR_DAYS)?;
    let day = calendar::iso(last.into());
    let today = calendar::iso(on.into());
    let (zh, en) = if left < 0 {
        (
            format!("到 {today} 政策已经期满：最后一天是 {day}"),
            format!("on {today} the policy has expired: its last day was {day}"),
        )
    } else {
        (
            format!("从 {today} 起还有 {left} 天就期满：最后一天是 {day}"),
            format!("from {today} there are {left} days left: the last day is {day}"),
        )
    };
    Some(Diagnostic::new(Code::ExpiryNear, model.policy.span, zh, en).help(
        "期满前评估：继续的写“修订”延长有效期，不继续的看看“期满”栏有没有写分期怎么办",
        "evaluate it before: extend it by an amendment, or see whether `on-expiry` says what becomes of instalments",
    ))
}
