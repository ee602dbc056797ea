//! `voucherbridge settings`: what a merchant chose, shown and changed.

use clap::Args;
use strum::VariantNames as _;
use voucherbridge::{
    app::App,
    connections,
    database::stores::StoreRecord,
    domain::{
        messages::{Language, OwnSentenceError, Refusal},
        name_of,
    },
    flows::merchant::change_settings::{self, MessageChange, SettingsChange},
};

use super::arguments::{ChoiceArguments, Failure, StoreArguments, actor, shown};

/// What to change; nothing only shows the settings.
#[derive(Debug, Args)]
pub struct SettingsArguments {
    #[command(flatten)]
    store: StoreArguments,
    #[command(flatten)]
    choices: ChoiceArguments,
    /// A sentence of your own for shoppers, such as `expired:de=Leider zu spät.`; may be repeated.
    #[arg(
        long = "message", value_name = "REASON:LANGUAGE=SENTENCE", value_parser = message,
        long_help = message_help()
    )]
    messages: Vec<MessageChange>,
    /// Take our own sentence again, in one language or in all; may be repeated.
    #[arg(long = "reset-message", value_name = "REASON[:LANGUAGE]", value_parser = reset)]
    resets: Vec<MessageChange>,
    /// Forget what was learnt of the store from its checkouts, such as that it runs the first rule of a
    /// promotion alone: it is found out anew.
    #[arg(long)]
    forget_learnt: bool,
}

fn message_help() -> String {
    let reasons: Vec<&str> = Refusal::reasons().collect();
    format!(
        "A sentence of your own for shoppers, such as `expired:de=Leider zu spät.`; may be \
         repeated.\n\nLanguages: {}. Reasons: {}.",
        Language::VARIANTS.join(", "),
        reasons.join(", ")
    )
}

fn message(text: &str) -> Result<MessageChange, String> {
    let missing = || "write it as REASON:LANGUAGE=SENTENCE".to_owned();
    let (place, sentence) = text.split_once('=').ok_or_else(missing)?;
    let (reason, name) = place.split_once(':').ok_or_else(missing)?;
    Ok(MessageChange::Set {
        reason: reason.to_owned(),
        language: language(name)?,
        sentence: sentence.to_owned(),
    })
}

fn reset(text: &str) -> Result<MessageChange, String> {
    let (reason, language) = match text.split_once(':') {
        Some((reason, name)) => (reason, Some(language(name)?)),
        None => (text, None),
    };
    Ok(MessageChange::Reset {
        reason: reason.to_owned(),
        language,
    })
}

fn language(name: &str) -> Result<Language, String> {
    let unknown = || OwnSentenceError::Language(name.to_owned()).to_string();
    name.parse().map_err(|_| unknown())
}

/// `voucherbridge settings`
pub async fn settings(app: &App, arguments: SettingsArguments) -> Result<(), Failure> {
    // A sentence given in the same command stays.
    let messages = arguments.resets.into_iter().chain(arguments.messages);
    let change = SettingsChange {
        choices: arguments.choices.into(),
        messages: messages.collect(),
        forget_learnt: arguments.forget_learnt,
    };
    let store = arguments.store.store;
    let changed =
        change_settings::change(&app.context, &app.connections, &store, &change, &actor()).await?;
    print(&changed.record);
    for fact in &changed.learnt {
        println!("  learnt                   {}", name_of(*fact));
    }
    if changed.is_new {
        let seconds = connections::FRESH_MS / 1_000;
        println!("Changed. A running server follows within {seconds} seconds.");
    }
    Ok(())
}

fn print(record: &StoreRecord) {
    let settings = &record.settings;
    println!("Settings of {} ({})", record.hash, record.name);
    println!("  source-id                {}", shown(settings.source_id));
    let switches = [
        ("combine-with-promotions", settings.combine_with_promotions),
        ("guests-are-customers", settings.guests_are_customers),
        ("retail-prices", settings.retail_prices),
    ];
    for (name, is_on) in switches {
        println!("  {name:<24} {is_on}");
    }
    println!(
        "  offline-refunds          {}",
        shown(settings.offline_refunds)
    );
    println!(
        "  voucherify-language      {}",
        settings.voucherify_language
    );
    println!(
        "  on-difference            {}",
        shown(settings.on_difference)
    );
    for (reason, language, sentence) in settings.messages.iter() {
        println!("  message                  {reason}:{language}={sentence}");
    }
}
