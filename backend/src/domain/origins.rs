//! The origins whose pages may call the checkout routes.

use url::{Origin, Url};

/// The address has no origin a browser would name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no site that a browser names as an origin")]
pub struct NoOrigin(pub String);

/// The store's own site and those the merchant adds, as browsers name them.
pub fn origins(own: &Url, extra: &[Url]) -> Result<Vec<String>, NoOrigin> {
    let mut origins = Vec::with_capacity(extra.len() + 2);
    for url in std::iter::once(own).chain(extra) {
        if matches!(url.origin(), Origin::Opaque(_)) {
            return Err(NoOrigin(url.to_string()));
        }
        for url in [Some(url.clone()), other_name(url)].into_iter().flatten() {
            let origin = url.origin().ascii_serialization();
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
    }
    Ok(origins)
}

/// A shop on this very machine, as in the demo, is opened by either name.
fn other_name(url: &Url) -> Option<Url> {
    let name = match url.host_str()? {
        "127.0.0.1" => "localhost",
        "localhost" => "127.0.0.1",
        _ => return None,
    };
    let mut other = url.clone();
    other.set_host(Some(name)).ok().map(|()| other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_written_as_browsers_write_them() {
        let url = |text: &str| Url::parse(text).unwrap();
        let own = url("https://Shop.example:443/");
        let extra = [url("https://shop.example/x"), url("http://localhost:4010")];
        let found = origins(&own, &extra).unwrap();
        let expected = [
            "https://shop.example",
            "http://localhost:4010",
            "http://127.0.0.1:4010",
        ];
        assert_eq!(found, expected);
        assert!(origins(&own, &[url("data:text/plain,x")]).is_err());
    }
}
