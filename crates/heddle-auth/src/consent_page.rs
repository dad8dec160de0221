//! Addresses of the authorization-code flow: where a person is sent, and where
//! the browser may come back to.

use crate::Challenge;
use heddle_connector::AuthorizationCode;
use heddle_gate::BaseUrl;
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

/// Longest address that is taken, in bytes.
const MAX_ADDRESS: usize = 1_024;

/// What a person is asked for.
pub struct ConsentPage<'a> {
    /// The provider's way of consent.
    pub method: &'a AuthorizationCode,
    /// The checked login host.
    pub login: &'a BaseUrl,
    /// The app's client id.
    pub client_id: &'a str,
    /// The callback address, exactly as registered.
    pub redirect_uri: &'a str,
    /// What is asked for.
    pub scopes: &'a [String],
    /// What the browser brings back.
    pub state: &'a SecretString,
    /// Challenge of the verifier, S256.
    pub challenge: &'a Challenge,
    /// Whether the provider is to ask for the login although there is one, so
    /// that another user can be chosen.
    pub login_again: bool,
}

impl ConsentPage<'_> {
    /// The page's address.
    pub fn address(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", self.client_id)
            .append_pair("redirect_uri", self.redirect_uri)
            .append_pair("scope", &self.scopes.join(" "))
            .append_pair("state", self.state.expose_secret())
            .append_pair("code_challenge", self.challenge.as_str())
            .append_pair("code_challenge_method", "S256");
        if self.login_again {
            query.append_pair("prompt", "login");
        }
        format!("{}{}?{}", self.login.as_str(), self.method.authorize_path, query.finish())
    }
}

/// Checks an address that a browser is sent to: `https`, or `http` on this
/// machine; no user name, no fragment. Returns it as it was given: providers
/// compare byte by byte.
///
/// # Errors
/// What is expected, in words that go after "it".
pub fn browser_address(text: &str) -> Result<Url, &'static str> {
    if text.len() > MAX_ADDRESS {
        return Err("is longer than 1,024 characters");
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err("has characters that an address cannot have");
    }
    let Ok(url) = Url::parse(text) else { return Err("is not an address such as https://app.example.com/done") };
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => return Err("names no host"),
    };
    match url.scheme() {
        "https" => {}
        "http" if here => {}
        _ => return Err("must begin with https:// (http:// is for this machine only)"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not carry a user name");
    }
    if url.fragment().is_some() {
        return Err("must not have a part after #");
    }
    Ok(url)
}

/// Scheme, host and port of an address, as `https://app.example.com`.
///
/// # Errors
/// As [`browser_address`], and when there is more than that.
pub fn browser_origin(text: &str) -> Result<String, &'static str> {
    let url = browser_address(text)?;
    match url.path() == "/" && url.query().is_none() {
        true => Ok(url.origin().ascii_serialization()),
        false => Err("must end after the host or port: an origin has no path"),
    }
}

/// The same address with these parameters added to its query.
pub fn with_parameters(address: &str, parameters: &[(&str, &str)]) -> Option<String> {
    let mut url = browser_address(address).ok()?;
    url.query_pairs_mut().extend_pairs(parameters);
    Some(url.into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_browsers_are_https_or_of_this_machine() {
        for good in ["https://a.example/x?y=1", "http://127.0.0.1:8080/", "http://localhost/x", "http://[::1]:9/x"] {
            assert!(browser_address(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a.example",
            "http://a.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://user@a.example/",
            "https://a.example/#x",
            "https://a.example\\@b.example/",
            "https://a.example/a b",
            "https://a.example/\n",
            "file:///etc/passwd",
        ] {
            assert!(browser_address(bad).is_err(), "{bad}");
        }
        assert!(browser_address(&format!("https://a.example/{}", "x".repeat(1_024))).is_err());
    }

    #[test]
    fn an_origin_is_the_same_however_it_is_written() {
        assert_eq!(browser_origin("https://A.example").unwrap(), "https://a.example");
        assert_eq!(browser_origin("https://a.example:443/").unwrap(), "https://a.example");
        assert!(browser_origin("https://a.example/path").is_err());
    }

    #[test]
    fn parameters_go_behind_those_that_are_there() {
        let to = with_parameters("https://a.example/done?k=1", &[("result", "connected"), ("x", "a b&c")]).unwrap();
        assert_eq!(to, "https://a.example/done?k=1&result=connected&x=a+b%26c");
    }
}
