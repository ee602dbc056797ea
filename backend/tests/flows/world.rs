//! Both platforms, a database with a connected store, and everything a flow is given.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use secrecy::SecretString;
use serde_json::{Value, json};
use voucherbridge::{
    bigcommerce,
    clock::{RandomIds, SharedClock},
    context::{Boxed, Connection, ConnectionSource, Context, Limits},
    crypto::{self, Sealer},
    database::{Database, checkouts, locks, stores::StoreRecord},
    domain::{
        CheckoutId, Currency, Entry, NativeCode, Region, StoreHash, lock::Lock, messages::Voice,
        settings::StoreSettings,
    },
    error::FlowError,
    flows::{
        checkout::{apply_codes, refresh_checkout, remove_code},
        codes::asker::Asker,
        webhooks::receive_webhook,
    },
    voucherify, worker,
};
use voucherbridge_api_types::{ApplyResponse, RefreshResponse};
use voucherbridge_stand_in::{StandIn, bigcommerce::model::TaxZone, shopper::Shopper};
use voucherbridge_test_support::{
    clock::clock_of, connected, database::TestDatabase, money::cents, platforms::Platforms,
};

pub const TIMEOUT: Duration = Duration::from_secs(1);

/// The one connection of these tests.
struct OneStore(Arc<Connection>);

impl ConnectionSource for OneStore {
    fn connection<'a>(
        &'a self,
        store: &'a StoreHash,
    ) -> Boxed<'a, Result<Option<Arc<Connection>>, FlowError>> {
        let known = (*store == self.0.store).then(|| Arc::clone(&self.0));
        Box::pin(std::future::ready(Ok(known)))
    }
}

pub struct World {
    pub context: Arc<Context>,
    pub connection: Arc<Connection>,
    platforms: Platforms,
    may_differ: AtomicBool,
    database: TestDatabase,
}

impl Deref for World {
    type Target = Platforms;

    fn deref(&self) -> &Platforms {
        &self.platforms
    }
}

/// Whatever the story: an order that is what was validated is not said to differ.
impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() || self.may_differ.load(Ordering::Relaxed) {
            return;
        }
        let differing = self.database.count("order_differences");
        assert_eq!(differing, 0, "orders differ from what was validated");
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(&json!({})).await
    }

    /// With switches of the BigCommerce stand-in.
    pub async fn with(switches: &Value) -> Self {
        Self::with_settings(switches, |_| {}).await
    }

    /// With what the merchant chose, too.
    pub async fn with_settings(switches: &Value, choose: impl FnOnce(&mut StoreSettings)) -> Self {
        let platforms = Platforms::start();
        let clock = clock_of(&platforms.stand_in);
        let database = TestDatabase::fresh();
        let store = database.open().await;
        let mut connection = connection(&platforms.stand_in, &clock);
        choose(&mut connection.settings);
        let connection = Arc::new(connection);
        connected::save(&store, &record(&connection)).await;
        forget_chores(&store).await;
        let limits = Limits {
            lock_minutes: 120,
            unpaid_days: 14,
            upstream_timeout: TIMEOUT,
        };
        let source = Box::new(OneStore(Arc::clone(&connection)));
        let context = Context::new(store, clock, Arc::new(RandomIds), limits, source);
        if switches.as_object().is_some_and(|all| !all.is_empty()) {
            platforms.switch_shop(switches).await;
        }
        Self {
            context: Arc::new(context),
            connection,
            platforms,
            may_differ: AtomicBool::new(false),
            database,
        }
    }

    /// The amounts of this story are those of listed prices: where prices contain tax, its shoppers live
    /// where that is paid. `coupons/kinds.rs` tells of those who live elsewhere.
    pub async fn charges_list_prices(&self) {
        self.switch_shop(&json!({"tax_zone": "inside"})).await;
    }

    /// A page finds the amounts that it is told: where amounts of promotions are taken to contain a tax that
    /// the shopper does not pay, less is taken off, and the code leaves (`coupons/unknowns.rs`). Prices
    /// without their tax stay what they are.
    pub async fn takes_amounts_as_told(&self) {
        let zone = self.stand_in.bigcommerce.lock().switches.tax_zone;
        if zone == TaxZone::OutsideAmountsToo {
            self.switch_shop(&json!({"tax_zone": "outside"})).await;
        }
    }

    /// What a page is told is sold at the first count only where every rule of a promotion applies,
    /// in any currency, and to its whole amount; `coupons/unknowns.rs` tells what follows elsewhere.
    pub async fn counts_what_is_told(&self) {
        self.takes_amounts_as_told().await;
        let position = json!({
            "only_first_rule_applies": false, "coupons_only_in_default_currency": false,
        });
        self.switch_shop(&position).await;
    }

    /// In this story an order is not what was validated.
    pub fn orders_may_differ(&self) {
        self.may_differ.store(true, Ordering::Relaxed);
    }

    pub async fn type_code(
        &self,
        shopper: &Shopper,
        code: &str,
    ) -> Result<ApplyResponse, FlowError> {
        let (checkout, entry) = (checkout_of(shopper), Entry::parse(code).unwrap());
        apply_codes::apply(
            &self.context,
            &self.connection,
            &checkout,
            &entry,
            Voice::default(),
        )
        .await
    }

    /// Types codes that apply beside others; answers their native codes and what the page shows once
    /// it has applied those that are new and had the store count again.
    pub async fn add(&self, shopper: &mut Shopper, entry: &str) -> (Vec<String>, Value) {
        let entered = self.enter(shopper, entry).await;
        let before = shopper.read().await.unwrap();
        for native in &entered.natives {
            if !coupons(&before).iter().any(|(code, _)| code == native) {
                shopper.apply_coupon(native).await.unwrap();
            }
        }
        (entered.natives, self.counted_again(shopper).await)
    }

    /// The checkout after a cart action of the page's, which changes nothing.
    pub async fn counted_again(&self, shopper: &mut Shopper) -> Value {
        let checkout = shopper.read().await.unwrap();
        let items = &checkout["cart"]["lineItems"]["physicalItems"];
        let mut items = items.as_array().unwrap().iter();
        let own = items
            .find(|item| item["addedByPromotion"] == false)
            .unwrap();
        let quantity = own["quantity"].as_i64().unwrap();
        shopper.change_quantity(quantity).await.unwrap();
        shopper.read().await.unwrap()
    }

    /// Types a code that applies, and has the page apply its native code.
    pub async fn apply(&self, shopper: &mut Shopper, code: &str) -> NativeCode {
        match self.type_code(shopper, code).await.unwrap() {
            ApplyResponse::Applied { native_codes, .. } => {
                shopper.apply_coupon(&native_codes[0]).await.unwrap();
                NativeCode::parse(&native_codes[0]).unwrap()
            }
            refused @ ApplyResponse::Rejected { .. } => panic!("{code}: {refused:?}"),
        }
    }

    /// Types a code that does not apply, and gives the reason.
    pub async fn reason(&self, shopper: &Shopper, code: &str) -> String {
        match self.type_code(shopper, code).await.unwrap() {
            ApplyResponse::Rejected { reason, .. } => reason,
            applied @ ApplyResponse::Applied { .. } => panic!("{code}: {applied:?}"),
        }
    }

    pub async fn refresh(&self, shopper: &Shopper) -> RefreshResponse {
        let checkout = checkout_of(shopper);
        refresh_checkout::refresh(
            &self.context,
            &self.connection,
            &checkout,
            Asker::Page(Voice::default()),
        )
        .await
        .unwrap()
    }

    /// A refresh that cannot be done now.
    pub async fn refresh_fails(&self, shopper: &Shopper) {
        let checkout = checkout_of(shopper);
        let (context, connection) = (&self.context, &self.connection);
        let looked = refresh_checkout::refresh(
            context,
            connection,
            &checkout,
            Asker::Page(Voice::default()),
        )
        .await;
        assert!(looked.is_err(), "{looked:?}");
    }

    /// What page and module do when the shopper removes a code.
    pub async fn remove(&self, shopper: &mut Shopper, native: &NativeCode) -> bool {
        shopper.remove_coupon(native.as_str()).await.unwrap();
        self.remove_native(shopper, native).await
    }

    /// What the module does when a native code was removed.
    pub async fn remove_native(&self, shopper: &Shopper, native: &NativeCode) -> bool {
        let (context, connection) = (&self.context, &self.connection);
        let checkout = checkout_of(shopper);
        remove_code::remove(context, connection, &checkout, native)
            .await
            .unwrap()
            .removed
    }

    /// BigCommerce tells of an order, and what there is to do is done.
    pub async fn order_event(&self, order: i64) {
        self.event(
            "store/order/updated",
            json!({ "type": "order", "id": order }),
        )
        .await;
        self.settle().await;
    }

    /// BigCommerce tells of something.
    pub async fn event(&self, scope: &str, data: Value) {
        let delivery = uuid::Uuid::now_v7().to_string();
        let event = receive_webhook::WebhookEvent {
            scope: scope.to_owned(),
            data,
        };
        let store = &self.connection.store;
        receive_webhook::receive(&self.context, store, &delivery, &event, "{}")
            .await
            .unwrap();
    }

    /// Runs what is due in the next seconds.
    pub async fn settle(&self) {
        self.move_time(2);
        worker::drain(&self.context).await.unwrap();
    }

    pub async fn locks(&self, shopper: &Shopper) -> Vec<Lock> {
        self.locks_of(&checkout_of(shopper)).await
    }

    pub async fn locks_of(&self, checkout: &CheckoutId) -> Vec<Lock> {
        let mut tx = self.context.database.begin().await.unwrap();
        let store = &self.connection.store;
        locks::of_checkout(tx.connection(), store, checkout)
            .await
            .unwrap()
    }

    /// Whether a change of the checkout is to be put right.
    pub async fn is_open(&self, shopper: &Shopper) -> bool {
        let (store, checkout) = (&self.connection.store, checkout_of(shopper));
        let mut reading = self.context.database.read().await.unwrap();
        let left = checkouts::left(&mut reading, store, &checkout).await;
        left.unwrap().change.is_open()
    }

    /// The state of the checkout's newest lock.
    pub async fn state(&self, shopper: &Shopper) -> &'static str {
        self.locks(shopper)
            .await
            .last()
            .map_or("none", |lock| lock.state.as_str())
    }
}

/// The coupons a checkout shows, each with what it takes off.
pub fn coupons(checkout: &Value) -> Vec<(String, i64)> {
    let all = checkout["coupons"].as_array().unwrap().iter();
    let coupon = |one: &Value| {
        let code = one["code"].as_str().unwrap().to_owned();
        (code, cents(&one["discountedAmount"]))
    };
    all.map(coupon).collect()
}

pub fn checkout_of(shopper: &Shopper) -> CheckoutId {
    CheckoutId::parse(&shopper.checkout).unwrap()
}

fn connection(stand_in: &StandIn, clock: &SharedClock) -> Connection {
    let http = voucherbridge::http_client(TIMEOUT).unwrap();
    let store = connected::store();
    let secret = |text: &str| SecretString::from(text);
    Connection {
        settings: StoreSettings::new(Currency::parse("USD").unwrap()),
        bigcommerce: bigcommerce::Client::new(
            http.clone(),
            &stand_in.shop_url.parse().unwrap(),
            &store,
            secret(connected::ACCESS_TOKEN),
            TIMEOUT,
            Arc::clone(clock),
        ),
        voucherify: voucherify::Client::new(
            http,
            &stand_in.voucherify_url.parse().unwrap(),
            connected::VOUCHERIFY_APP_ID.to_owned(),
            secret(connected::VOUCHERIFY_SECRET_KEY),
            TIMEOUT,
            Arc::clone(clock),
        ),
        store,
    }
}

/// A story says itself which chores are done, and when.
async fn forget_chores(database: &Database) {
    let query = sqlx::query("DELETE FROM jobs WHERE class = 'chores'");
    query.execute(database.pool()).await.unwrap();
}

fn record(connection: &Connection) -> StoreRecord {
    let sealer = Sealer::new(&crypto::random_secret()).unwrap();
    let seal = |field: &'static str| {
        sealer
            .seal(
                &connection.store,
                field,
                &SecretString::from("not used here"),
            )
            .unwrap()
    };
    StoreRecord {
        hash: connection.store.clone(),
        name: "Demo".to_owned(),
        client_id: connected::CLIENT_ID.to_owned(),
        client_secret: seal("client_secret"),
        access_token: seal("access_token"),
        webhook_secret: seal("webhook_secret"),
        voucherify_app_id: connected::VOUCHERIFY_APP_ID.to_owned(),
        voucherify_secret_key: seal("voucherify_secret_key"),
        voucherify_region: Region::Europe,
        settings: connection.settings.clone(),
        origins: Vec::new(),
        hook_ids: Vec::new(),
        script_ids: Vec::new(),
        connected_at_ms: 0,
    }
}
