//! The pages: scripts with their integrity, context, policy, and where an empty cart leads.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::PathBuf;
use std::{env, fs, process};

use serde_json::Value;
use support::Browser;
use voucherbridge_stand_in::bigcommerce::model::{Script, State};
use voucherbridge_stand_in::{StandIn, StandInOptions};

const HTML: &str = "<html lang=\"en\"><head><!--scripts:head--></head><body>\
                    <!--context--><!--scripts:footer--></body></html>";

/// A folder of pages that goes with the test.
struct Pages(PathBuf);

impl Pages {
    fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("stand-in-pages-{name}-{}", process::id()));
        fs::create_dir_all(folder.join("shop-assets")).unwrap();
        for page in ["index", "cart", "checkout", "login", "order-confirmation"] {
            fs::write(folder.join(format!("{page}.html")), HTML).unwrap();
        }
        fs::write(folder.join("shop-assets/a.js"), "1").unwrap();
        Self(folder)
    }

    fn served(&self) -> StandIn {
        let pages = Some(self.0.clone());
        StandIn::start(StandInOptions {
            pages,
            ..StandInOptions::default()
        })
        .unwrap()
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn script(store: &State, visibility: &str, location: &str, load_method: &str) -> Script {
    Script {
        uuid: State::new_uuid(),
        name: visibility.to_owned(),
        description: String::new(),
        html: String::new(),
        src: format!("https://cdn.test/{visibility}.js?a=1&b=2"),
        auto_uninstall: true,
        load_method: load_method.to_owned(),
        location: location.to_owned(),
        visibility: visibility.to_owned(),
        kind: "src".to_owned(),
        consent_category: "essential".to_owned(),
        enabled: true,
        channel_id: 1,
        integrity_hashes: vec!["sha384-AAA".to_owned(), "sha384-BBB".to_owned()],
        api_client_id: "demo-client-id".to_owned(),
        date_created: store.now(),
        date_modified: store.now(),
    }
}

#[actix_web::test]
async fn scripts_are_on_the_pages_they_are_for() {
    let pages = Pages::new("scripts");
    let stand_in = pages.served();
    {
        let mut store = stand_in.bigcommerce.lock();
        let scripts = [
            script(&store, "checkout", "head", "default"),
            script(&store, "all_pages", "footer", "defer"),
            script(&store, "checkout", "footer", "async"),
        ];
        store.scripts.extend(scripts);
    }
    let mut guest = Browser::visiting(&stand_in).await;
    let home = guest.get("/").await.text;
    assert!(!home.contains("checkout.js"), "{home}");
    guest.fill_cart(&[(111, 1)]).await;
    let checkout = guest.get("/checkout").await.text;
    let tag = "<head><script src=\"https://cdn.test/checkout.js?a=1&amp;b=2\" \
               integrity=\"sha384-AAA sha384-BBB\" crossorigin=\"anonymous\"></script></head>";
    assert!(checkout.contains(tag), "{checkout}");
    assert!(
        checkout.contains("crossorigin=\"anonymous\" defer></script>"),
        "{checkout}"
    );
    assert!(
        checkout.contains("crossorigin=\"anonymous\" async></script></body>"),
        "{checkout}"
    );
    stand_in.bigcommerce.lock().switches.script_delay_seconds = 20;
    assert!(!guest.get("/checkout").await.text.contains("<script src"));
    stand_in.shop_kit.clock.advance(21);
    assert!(guest.get("/checkout").await.text.contains("<script src"));
}

#[actix_web::test]
async fn the_context_names_cart_order_and_customer() {
    let pages = Pages::new("context");
    let stand_in = pages.served();
    let context = |text: &str| -> Value {
        let start = text.find("application/json\"").unwrap();
        let json = &text[start + text[start..].find('>').unwrap() + 1..];
        serde_json::from_str(&json[..json.find("</script>").unwrap()]).unwrap()
    };
    // A page is the first thing a visitor gets: it sets the cookies that writes need.
    let mut guest = Browser::new(&stand_in);
    let empty = context(&guest.get("/").await.text);
    assert_eq!(
        (&empty["cartId"], &empty["customer"]),
        (&Value::Null, &Value::Null)
    );
    let redirect = guest.get("/checkout").await;
    assert_eq!(
        (
            redirect.status,
            redirect.headers["location"].to_str().unwrap()
        ),
        (302, "/cart")
    );
    let id = guest.fill_cart(&[(111, 1)]).await;
    assert_eq!(
        context(&guest.get("/cart").await.text)["checkoutId"],
        id.as_str()
    );
    guest.ready_to_pay(&id).await;
    let placed = guest.place_order(&id, "cod").await;
    let confirmation = context(&guest.get("/checkout/order-confirmation").await.text);
    assert_eq!(
        confirmation["orderId"],
        placed.body["data"]["order"]["orderId"]
    );
    assert_eq!(confirmation["cartId"], Value::Null);
}

#[actix_web::test]
async fn a_language_is_chosen_for_the_pages_and_the_cart() {
    let pages = Pages::new("language");
    let stand_in = pages.served();
    let mut guest = Browser::new(&stand_in);
    assert!(guest.get("/").await.text.starts_with("<html lang=\"en\">"));
    let german = guest.get("/?setLanguage=de").await.text;
    assert!(german.starts_with("<html lang=\"de\">"), "{german}");
    assert!(german.contains("\"language\":\"de\""), "{german}");
    let id = guest.fill_cart(&[(111, 1)]).await;
    let cart = |store: &State| store.checkouts[&id].locale.clone();
    assert_eq!(cart(&stand_in.bigcommerce.lock()), "de");
    let unknown = guest.get("/cart?setLanguage=xx").await.text;
    assert!(unknown.starts_with("<html lang=\"de\">"), "{unknown}");
    guest.get("/cart?setLanguage=pl").await;
    assert_eq!(cart(&stand_in.bigcommerce.lock()), "pl");
}

#[actix_web::test]
async fn the_context_tells_what_is_sold_out_and_where_the_codes_are() {
    let pages = Pages::new("sold-out");
    let stand_in = pages.served();
    let mut guest = Browser::new(&stand_in);
    let home = guest.get("/").await.text;
    assert!(home.contains("\"soldOut\":[117]"), "{home}");
    assert!(
        home.contains("\"code\":\"KWD\",\"decimalPlaces\":3"),
        "{home}"
    );
    let url = format!("{}/control/state", stand_in.voucherify_url);
    assert!(home.contains(&format!("\"codesUrl\":\"{url}\"")), "{home}");
    let codes = reqwest::get(url).await.unwrap();
    assert_eq!(codes.headers()["access-control-allow-origin"], "*");
    stand_in
        .bigcommerce
        .lock()
        .products
        .get_mut(&117)
        .unwrap()
        .inventory = Some(2);
    let home = guest.get("/").await.text;
    assert!(home.contains("\"soldOut\":[]"), "{home}");
}

#[actix_web::test]
async fn policy_and_assets() {
    let pages = Pages::new("policy");
    let stand_in = pages.served();
    let policy = "script-src 'self'".to_owned();
    stand_in.bigcommerce.lock().switches.content_security_policy = Some(policy);
    let mut guest = Browser::new(&stand_in);
    let home = guest.get("/").await;
    assert_eq!(home.headers["content-security-policy"], "script-src 'self'");
    let asset = guest.get("/shop-assets/a.js").await;
    assert_eq!((asset.status, asset.text.as_str()), (200, "1"));
    for path in [
        "/shop-assets/nothing.js",
        "/shop-assets/..%2Findex.html",
        "/shop-assets/",
    ] {
        assert_eq!(guest.get(path).await.status, 404, "{path}");
    }
}
