//! The statements that a story asks of its database, as sqlx logs them. A thread of SQLite's own logs them, in the
//! span of whoever asked.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, Once, OnceLock, PoisonError},
};

use tracing::{
    Event, Instrument as _, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
};
use tracing_subscriber::{
    Layer,
    filter::Targets,
    layer::{Context, SubscriberExt as _},
    registry::LookupSpan,
};

/// The span in which statements are noted.
const STORY: &str = "story";

/// What was asked so far, in the span of each story.
fn asked() -> MutexGuard<'static, HashMap<u64, Vec<String>>> {
    static ASKED: OnceLock<Mutex<HashMap<u64, Vec<String>>>> = OnceLock::new();
    let asked = ASKED.get_or_init(Mutex::default).lock();
    asked.unwrap_or_else(PoisonError::into_inner)
}

/// Notes the statements of stories.
struct Noting;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Noting {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut spans = context.event_scope(event).into_iter().flatten();
        if let Some(story) = spans.find(|span| span.name() == STORY) {
            event.record(&mut Statement(story.id().into_u64()));
        }
    }
}

/// Of the story with that span. A short statement is in the summary, a longer one in a field of its own.
struct Statement(u64);

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        let is_whole = field.name() == "summary" && !value.ends_with('…');
        if !value.is_empty() && (is_whole || field.name() == "db.statement") {
            let statement = value.trim().to_owned();
            asked().entry(self.0).or_default().push(statement);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

/// What a story answers, and what it asks, in turn.
pub async fn asked_in<T>(story: impl Future<Output = T>) -> (T, Vec<String>) {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let wanted = Targets::new()
            .with_target("sqlx::query", LevelFilter::DEBUG)
            .with_target(module_path!(), LevelFilter::INFO);
        let noting = tracing_subscriber::registry().with(Noting.with_filter(wanted));
        tracing::subscriber::set_global_default(noting).unwrap();
    });
    let span = tracing::info_span!(STORY);
    let id = span.id().unwrap().into_u64();
    let answer = story.instrument(span.clone()).await;
    let statements = asked().remove(&id).unwrap_or_default();
    (answer, statements)
}
