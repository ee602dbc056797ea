//! What the shop's pages know when they are rendered.

use serde_json::{Value, json};

use crate::bigcommerce::model::{Product, State};
use crate::bigcommerce::shared_state::SharedState;

/// The languages a page can be in. The theme of the demo has English words only: what changes is
/// the `lang` of the page, by which scripts choose theirs.
const LANGUAGES: [(&str, &str); 5] = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("pl", "Polski"),
];

/// The live cart of a session.
pub fn session_cart(store: &State, key: &str) -> Option<String> {
    let cart = store.sessions.get(key)?.cart_id.clone()?;
    store.checkouts.contains_key(&cart).then_some(cart)
}

/// A theme's currency links say `?setCurrencyId=2`, on any page: for the cart, or for the next one.
pub fn choose_currency(store: &mut State, key: &str, query: &str) {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let wanted = pairs.find(|(name, _)| name == "setCurrencyId");
    let wanted = wanted.and_then(|(_, id)| id.parse::<u64>().ok());
    let found = store.currencies.iter().find(|one| Some(one.id) == wanted);
    let Some(code) = found.map(|currency| currency.code.clone()) else {
        return;
    };
    if let Some(cart) = session_cart(store, key) {
        // A cart that keeps its currency goes on in it.
        let _ = store.change_currency(&cart, &code);
    }
    if let Some(session) = store.sessions.get_mut(key) {
        session.currency = Some(code);
    }
}

/// Links like `?setLanguage=de`, on any page: for this visit and its cart.
pub fn choose_language(store: &mut State, key: &str, query: &str) {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let wanted = pairs.find(|(name, _)| name == "setLanguage");
    let found = wanted.and_then(|(_, code)| LANGUAGES.iter().find(|one| one.0 == code));
    let Some((code, _)) = found else {
        return;
    };
    if let Some(cart) = session_cart(store, key)
        && let Some(cart) = store.checkouts.get_mut(&cart)
    {
        (*code).clone_into(&mut cart.locale);
    }
    if let Some(session) = store.sessions.get_mut(key) {
        session.language = Some((*code).to_owned());
    }
}

/// The language of a session's pages.
pub fn language<'a>(store: &'a State, key: &str) -> &'a str {
    let session = store.sessions.get(key);
    let chosen = session.and_then(|session| session.language.as_deref());
    chosen.unwrap_or(LANGUAGES[0].0)
}

/// The facts as an element of the page.
pub fn context_tag(shop: &SharedState, store: &State, key: &str) -> String {
    let mut context = context(store, key);
    context["codesUrl"] = json!(shop.codes_url);
    let context = context.to_string();
    // Nothing in the JSON may end the script element.
    let context = context.replace('<', "\\u003c");
    format!("<script type=\"application/json\" id=\"context\">{context}</script>")
}

fn context(store: &State, key: &str) -> Value {
    let session = store.sessions.get(key);
    let cart = session_cart(store, key);
    let in_cart = cart.as_ref().and_then(|id| store.checkouts.get(id));
    let in_cart = in_cart.map(|cart| cart.currency.as_str());
    let chosen = session.and_then(|session| session.currency.as_deref());
    let currencies = store.currencies.iter().map(|one| {
        json!({
            "id": one.id,
            "code": one.code,
            "name": one.name,
            "rate": one.exchange_rate,
            "decimalPlaces": one.decimal_places,
        })
    });
    let languages = LANGUAGES.map(|(code, name)| json!({"code": code, "name": name}));
    let sold_out = store.products.values().filter(|one| is_sold_out(one));
    let sold_out: Vec<u64> = sold_out.map(|product| product.id).collect();
    let customer = session.and_then(|session| store.customers.get(&session.customer_id));
    json!({
        "checkoutId": cart,
        "cartId": cart,
        "orderId": session.and_then(|session| session.last_order_id),
        "storeName": store.store.name,
        "currency": in_cart.or(chosen).unwrap_or(store.own_currency_code()),
        "currencies": currencies.collect::<Vec<_>>(),
        "language": language(store, key),
        "languages": languages,
        "soldOut": sold_out,
        "pricesIncludeTax": store.switches.prices_include_tax,
        "customer": customer.map(|customer| json!({
            "id": customer.id,
            "email": customer.email,
            "firstName": customer.first_name,
            "lastName": customer.last_name,
        })),
    })
}

/// Whether nobody can put it into a cart now.
fn is_sold_out(product: &Product) -> bool {
    let mut stock = product.variants.iter().map(|one| product.stock_of(one));
    !product.is_sold() || stock.all(|left| left.is_some_and(|left| left < 1))
}
