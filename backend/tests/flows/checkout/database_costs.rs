//! What the database is asked while a shopper waits. Each commit waits for the disk, and on SQLite nobody else
//! writes meanwhile.

use std::{
    future::Future,
    sync::{Arc, Mutex, OnceLock},
};

use tracing::{Event, Instrument as _, Subscriber, field::Visit, span};
use tracing_subscriber::{
    Layer, Registry,
    filter::{LevelFilter, Targets},
    layer::{Context, SubscriberExt as _},
    registry::LookupSpan,
    util::SubscriberInitExt as _,
};
use voucherbridge_api_types::ApplyResponse;

use crate::world::World;

/// More than that, and the database is most of what a code costs.
const MOST: (u64, usize) = (3, 10);
/// A card beside coupons: both sessions change.
const BOTH_SESSIONS: (u64, usize) = (3, 12);
/// A card alone: that it is one is known from Voucherify's first answer, and then its certificate takes the place
/// of the coupon that was written down.
const CARD_ALONE: (u64, usize) = (4, 11);

/// The span in which statements are counted.
const COUNTED: &str = "counted";

type Statements = Arc<Mutex<Vec<String>>>;

/// Notes what sqlx says of each statement. One thread runs all those of an SQLite connection; it enters the
/// span of whoever asked.
struct Notes(Statements);

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        if field.name() == "summary" {
            self.0 = format!("{value:?}");
        }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Notes {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let is_counted = |id: &span::Id| {
            let span = context.span(id);
            span.is_some_and(|span| span.scope().any(|one| one.name() == COUNTED))
        };
        let current = context.current_span();
        if event.metadata().target() == "sqlx::query" && current.id().is_some_and(is_counted) {
            let mut text = Text(String::new());
            event.record(&mut text);
            self.0.lock().unwrap().push(text.0);
        }
    }
}

/// All statements that are counted, of whichever database: only one is asked in the span.
fn statements() -> Statements {
    static STATEMENTS: OnceLock<Statements> = OnceLock::new();
    let installed = STATEMENTS.get_or_init(|| {
        let statements = Statements::default();
        let of_interest = Targets::new()
            .with_target("sqlx::query", LevelFilter::DEBUG)
            .with_target(module_path!(), LevelFilter::INFO);
        let notes = Notes(Arc::clone(&statements)).with_filter(of_interest);
        Registry::default().with(notes).init();
        statements
    });
    Arc::clone(installed)
}

/// What `work` asks of the world's database: how many commits, and which statements.
async fn cost<T>(world: &World, work: impl Future<Output = T>) -> (T, u64, Vec<String>) {
    let (database, noted) = (&world.context.database, statements());
    noted.lock().unwrap().clear();
    let before = database.commits();
    let done = work.instrument(tracing::info_span!(COUNTED)).await;
    let asked = std::mem::take(&mut *noted.lock().unwrap());
    (done, database.commits() - before, asked)
}

#[tokio::test]
async fn a_code_costs_three_commits_and_ten_statements() {
    let world = World::new().await;
    let mut report = Vec::new();
    // Another one had the products before: what they are is known.
    world.apply(&mut world.shopper().await, "SAVE10").await;
    let mut shopper = world.shopper().await;
    for (what, code, most) in [
        ("the first code", "SAVE10", MOST),
        ("a second one beside it", "TAKE20", MOST),
        ("a gift card beside them", "GIFT50", BOTH_SESSIONS),
        ("one that is refused", "NOSUCHCODE", MOST),
    ] {
        let (answer, commits, asked) =
            cost(&world, Box::pin(world.type_code(&shopper, code))).await;
        if let ApplyResponse::Applied { native_codes, .. } = answer.unwrap()
            && code != "GIFT50"
        {
            shopper.apply_coupon(&native_codes[0]).await.unwrap();
        }
        report.push((what, most, commits, asked));
    }
    let other = world.shopper().await;
    let (answer, commits, asked) = cost(&world, Box::pin(world.type_code(&other, "GIFT25"))).await;
    assert!(matches!(answer.unwrap(), ApplyResponse::Applied { .. }));
    report.push(("a gift card alone", CARD_ALONE, commits, asked));
    for (what, most, commits, asked) in report {
        let (count, lines) = (asked.len(), asked.join("\n"));
        let said = format!("{what}: {commits} commits, {count} statements\n{lines}");
        assert!(count > 0, "{what}: nothing was counted");
        assert!(commits <= most.0 && count <= most.1, "{said}");
    }
}
