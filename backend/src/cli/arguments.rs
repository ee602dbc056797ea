//! What several commands are given.

use std::{env, str::FromStr};

use clap::{
    Args,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use strum::{EnumMessage, IntoEnumIterator};
use voucherbridge::{
    domain::{
        StoreHash,
        messages::Language,
        refunds::OfflineRefunds,
        settings::{OnDifference, SourceId},
    },
    flows::merchant::change_settings::Choices,
};

/// What a command ends with if not well: a sentence for the terminal.
pub type Failure = Box<dyn std::error::Error>;

/// Which store.
#[derive(Debug, Args)]
pub struct StoreArguments {
    /// The store's hash, or the API path BigCommerce shows.
    #[arg(long, value_name = "HASH", value_parser = store)]
    pub(super) store: StoreHash,
}

/// How codes are to behave; what is not said stays as it is.
#[derive(Debug, Args)]
pub struct ChoiceArguments {
    /// What a customer is called at Voucherify.
    #[arg(long, value_parser = choice::<SourceId>())]
    source_id: Option<SourceId>,
    /// Let codes work beside the store's own promotions, or take their place.
    #[arg(long, value_name = "BOOL")]
    combine_with_promotions: Option<bool>,
    /// Let a guest's e-mail address stand for the customer who has it, if that is the source id.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    guests_are_customers: Option<bool>,
    /// Calculate codes from the retail price (MSRP) of products that have one.
    #[arg(long, value_name = "BOOL")]
    retail_prices: Option<bool>,
    /// What gift cards get of refunds that are made by hand (custom and offline payments).
    #[arg(long, value_parser = choice::<OfflineRefunds>())]
    offline_refunds: Option<OfflineRefunds>,
    /// The language of the error messages at Voucherify, which only its pages show.
    #[arg(long, value_parser = choice::<Language>())]
    voucherify_language: Option<Language>,
    /// Redeem the codes of an order whose items or customer are not those they were validated for, hold
    /// them for a person (`voucherbridge differences`), or redeem them and flag the order in the notes of
    /// the store's staff, for which the access token needs the scope Orders: modify.
    #[arg(long, value_parser = choice::<OnDifference>())]
    on_difference: Option<OnDifference>,
}

impl From<ChoiceArguments> for Choices {
    fn from(said: ChoiceArguments) -> Self {
        Self {
            source_id: said.source_id,
            combine_with_promotions: said.combine_with_promotions,
            guests_are_customers: said.guests_are_customers,
            retail_prices: said.retail_prices,
            offline_refunds: said.offline_refunds,
            voucherify_language: said.voucherify_language,
            on_difference: said.on_difference,
        }
    }
}

/// Takes the name of a choice; the help says what each means.
pub(super) fn choice<T>() -> impl TypedValueParser<Value = T>
where
    T: IntoEnumIterator + EnumMessage + Into<&'static str> + Clone + Send + Sync + 'static,
    T: FromStr<Err = strum::ParseError>,
{
    let values = T::iter().map(|one| {
        let meaning = one.get_documentation().unwrap_or_default();
        PossibleValue::new(shown(one)).help(meaning.trim_end_matches('.').to_owned())
    });
    PossibleValuesParser::new(values).try_map(|name| name.replace('-', "_").parse::<T>())
}

/// The name of a choice on the command line.
pub(super) fn shown(choice: impl Into<&'static str>) -> String {
    choice.into().replace('_', "-")
}

/// Takes `abc123` or `https://api.bigcommerce.com/stores/abc123/v3/`.
fn store(text: &str) -> Result<StoreHash, String> {
    let hash = match text.split_once("/stores/") {
        Some((_, rest)) => rest.split('/').next().unwrap_or_default(),
        None => text,
    };
    StoreHash::parse(hash).map_err(|error| error.to_string())
}

/// Who runs the command, for the audit log.
pub(super) fn actor() -> String {
    let user = env::var("USER").or_else(|_| env::var("USERNAME"));
    format!("cli:{}", user.as_deref().unwrap_or("unknown"))
}
