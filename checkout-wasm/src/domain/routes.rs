//! Which request of the storefront is which.

/// The box a code was typed for, as BigCommerce names the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// `…/coupons`, field `couponCode`.
    Coupon,
    /// `…/gift-certificates`, field `giftCertificateCode`.
    GiftCertificate,
}

impl CodeKind {
    /// The field of the request's body.
    pub fn field(self) -> &'static str {
        match self {
            Self::Coupon => "couponCode",
            Self::GiftCertificate => "giftCertificateCode",
        }
    }

    /// The path below the checkout.
    pub fn path(self) -> &'static str {
        match self {
            Self::Coupon => "coupons",
            Self::GiftCertificate => "gift-certificates",
        }
    }

    /// What BigCommerce calls it in its error text.
    pub fn label(self) -> &'static str {
        match self {
            Self::Coupon => "Coupon",
            Self::GiftCertificate => "Gift Certificate",
        }
    }
}

/// A request the module cares for.
#[derive(Debug, PartialEq, Eq)]
pub enum Route<'a> {
    /// A code is typed.
    ApplyCode { checkout: &'a str, kind: CodeKind },
    /// A code is taken off. `code` is as in the path, which the checkout does not encode.
    RemoveCode { checkout: &'a str, code: &'a str },
    /// The checkout or cart is read.
    Read { checkout: &'a str },
    /// The checkout or cart is changed so that discounts may change with it. The path of the
    /// order API has no id of the checkout.
    Change { checkout: Option<&'a str> },
    /// The order is placed. It is never changed, and waits for a moment at most.
    Order,
}

/// Recognises a request by method (upper case) and address (absolute or not).
pub fn parse<'a>(method: &str, url: &'a str) -> Option<Route<'a>> {
    let path = path_of(url);
    if let Some(rest) = after(path, "/internalapi/v1/checkout/") {
        return parse_internal(method, rest);
    }
    let mut parts = after(path, "/api/storefront/")?
        .split('/')
        .filter(|part| !part.is_empty());
    let resource = parts.next()?.to_ascii_lowercase();
    let checkout = parts.next()?;
    let below = parts.next().map(str::to_ascii_lowercase);
    match resource.as_str() {
        "checkout" | "checkouts" => {
            parse_checkout(method, checkout, below.as_deref(), parts.next())
        }
        "cart" | "carts" => parse_cart(method, checkout, below.as_deref()),
        _ => None,
    }
}

fn parse_internal<'a>(method: &str, rest: &str) -> Option<Route<'a>> {
    let resource = rest.split('/').next()?;
    match (method, resource) {
        ("POST", "order") => Some(Route::Order),
        // Signing in or out changes whose cart it is.
        ("POST" | "DELETE", "customer") => Some(Route::Change { checkout: None }),
        _ => None,
    }
}

fn parse_checkout<'a>(
    method: &str,
    checkout: &'a str,
    below: Option<&str>,
    code: Option<&'a str>,
) -> Option<Route<'a>> {
    match (method, below) {
        ("GET", None) => Some(Route::Read { checkout }),
        ("POST", Some("coupons")) => Some(Route::ApplyCode {
            checkout,
            kind: CodeKind::Coupon,
        }),
        ("POST", Some("gift-certificates")) => Some(Route::ApplyCode {
            checkout,
            kind: CodeKind::GiftCertificate,
        }),
        ("DELETE", Some("coupons" | "gift-certificates")) => Some(Route::RemoveCode {
            checkout,
            code: code?,
        }),
        ("PUT", None)
        | ("POST" | "PUT" | "DELETE", Some("consignments" | "billing-address" | "store-credit")) => {
            Some(Route::Change {
                checkout: Some(checkout),
            })
        }
        _ => None,
    }
}

fn parse_cart<'a>(method: &str, checkout: &'a str, below: Option<&str>) -> Option<Route<'a>> {
    match (method, below) {
        ("GET", None) => Some(Route::Read { checkout }),
        ("POST" | "PUT" | "DELETE", Some("items" | "item" | "currency" | "gift-certificates")) => {
            Some(Route::Change {
                checkout: Some(checkout),
            })
        }
        _ => None,
    }
}

/// The path of an address, without query and fragment.
pub fn path_of(url: &str) -> &str {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let Some(host) = after(url, "://") else {
        return url;
    };
    let slash = host.find('/');
    slash.and_then(|slash| host.get(slash..)).unwrap_or("/")
}

/// The query of an address with its `?`, or nothing.
pub fn query_of(url: &str) -> &str {
    let url = url.split('#').next().unwrap_or_default();
    url.find('?')
        .and_then(|start| url.get(start..))
        .unwrap_or_default()
}

/// The address of the checkout or cart that a request below it belongs to, without query:
/// `…/checkouts/1/coupons?x` gives `…/checkouts/1`.
pub fn resource_root(url: &str) -> Option<&str> {
    let start = find(url, "/api/storefront/")? + "/api/storefront/".len();
    let mark = |byte: &u8| b"/?#".contains(byte);
    let next = |from: usize| Some(from + url.as_bytes().get(from..)?.iter().position(mark)?);
    let id = next(start)? + 1;
    let id_end = next(id).unwrap_or(url.len());
    if id_end > id { url.get(..id_end) } else { None }
}

/// The root of the storefront API: all before `/api/storefront/`.
pub fn shop_root(url: &str) -> Option<&str> {
    find(url, "/api/storefront/").and_then(|at| url.get(..at))
}

/// Whether the page asked for the cart, not the checkout.
pub fn is_of_cart(url: &str) -> bool {
    find(url, "/api/storefront/cart").is_some()
}

/// Whether the page takes the totals alone from the answer to this change, and goes on to show the
/// codes that it had.
pub fn is_of_totals(url: &str) -> bool {
    find(url, "/billing-address").is_some() || find(url, "/store-credit").is_some()
}

fn after<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    find(path, prefix).and_then(|at| path.get(at + prefix.len()..))
}

/// Case does not matter to the shop's server, nor to the loader's test.
fn find(text: &str, needle: &str) -> Option<usize> {
    let needle = needle.as_bytes();
    text.as_bytes()
        .windows(needle.len())
        .position(|part| part.eq_ignore_ascii_case(needle))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "https://shop.example/api/storefront";

    fn url(rest: &str) -> String {
        format!("{SHOP}{rest}")
    }

    #[test]
    fn an_answer_about_billing_or_store_credit_shows_no_codes() {
        for rest in [
            "/billing-address",
            "/Billing-Address/1?include=x",
            "/store-credit",
        ] {
            assert!(
                is_of_totals(&url(&format!("/checkouts/c1{rest}"))),
                "{rest}"
            );
        }
        for rest in [
            "/checkouts/c1/consignments/1",
            "/checkout/c1",
            "/carts/c1/items/1",
        ] {
            assert!(!is_of_totals(&url(rest)), "{rest}");
        }
    }

    #[test]
    fn codes_are_recognised_in_both_spellings_of_the_path() {
        for resource in ["checkout", "checkouts", "Checkouts"] {
            let url = url(&format!("/{resource}/c1/coupons?include=customer"));
            let expected = Route::ApplyCode {
                checkout: "c1",
                kind: CodeKind::Coupon,
            };
            assert_eq!(parse("POST", &url), Some(expected));
        }
        let certificate = Route::ApplyCode {
            checkout: "c1",
            kind: CodeKind::GiftCertificate,
        };
        assert_eq!(
            parse("POST", "/api/storefront/checkouts/c1/gift-certificates/"),
            Some(certificate)
        );
    }

    #[test]
    fn removing_names_the_code() {
        let expected = Route::RemoveCode {
            checkout: "c1",
            code: "SAVE10-7K3M9Q",
        };
        assert_eq!(
            parse("DELETE", &url("/checkouts/c1/coupons/SAVE10-7K3M9Q?x=1")),
            Some(expected)
        );
        assert_eq!(parse("DELETE", &url("/checkouts/c1/coupons")), None);
    }

    #[test]
    fn changes_and_reads_are_told_apart() {
        let change = || {
            Some(Route::Change {
                checkout: Some("c1"),
            })
        };
        assert_eq!(
            parse("POST", &url("/checkouts/c1/consignments?include=x,0")),
            change()
        );
        assert_eq!(parse("PUT", &url("/checkouts/c1/consignments/9")), change());
        assert_eq!(
            parse("PUT", &url("/checkouts/c1/billing-address/9")),
            change()
        );
        assert_eq!(parse("PUT", &url("/checkout/c1")), change());
        assert_eq!(parse("POST", &url("/checkouts/c1/store-credit")), change());
        assert_eq!(parse("PUT", &url("/carts/c1/items/3")), change());
        assert_eq!(
            parse("GET", &url("/checkout/c1?include=a")),
            Some(Route::Read { checkout: "c1" })
        );
        assert_eq!(
            parse("GET", &url("/carts/c1")),
            Some(Route::Read { checkout: "c1" })
        );
    }

    #[test]
    fn the_order_and_signing_in_are_known_by_their_own_paths() {
        let shop = "https://shop.example/internalapi/v1/checkout";
        assert_eq!(parse("POST", &format!("{shop}/order")), Some(Route::Order));
        let change = Some(Route::Change { checkout: None });
        assert_eq!(parse("POST", &format!("{shop}/customer")), change);
    }

    #[test]
    fn other_requests_are_nobodys_business() {
        assert_eq!(parse("GET", &url("/checkout-settings?checkoutId=c1")), None);
        assert_eq!(parse("GET", &url("/payments?cartId=c1")), None);
        assert_eq!(parse("POST", &url("/checkout/c1/event")), None);
        assert_eq!(parse("GET", &url("/carts")), None);
        assert_eq!(
            parse(
                "GET",
                "https://other.example/?next=/api/storefront/checkouts/c1"
            ),
            None
        );
        assert_eq!(parse("POST", ""), None);
    }

    #[test]
    fn addresses_are_taken_apart() {
        let url = url("/checkouts/c1/coupons/X?include=a,b#top");
        assert_eq!(query_of(&url), "?include=a,b");
        assert_eq!(
            resource_root(&url),
            Some("https://shop.example/api/storefront/checkouts/c1")
        );
        assert_eq!(
            resource_root("/api/storefront/carts/k?include=a"),
            Some("/api/storefront/carts/k")
        );
        assert_eq!(resource_root("/api/storefront/carts"), None);
        assert_eq!(shop_root(&url), Some("https://shop.example"));
        assert_eq!(path_of("https://shop.example"), "/");
    }
}
