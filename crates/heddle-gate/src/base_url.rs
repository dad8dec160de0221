//! Which hosts may receive a customer's token.

use std::net::IpAddr;
use url::{Host, Url};

/// The hosts of one provider, as data of its manifest.
#[derive(Debug, Clone, Copy)]
pub struct HostRule {
    /// Suffixes beginning with a dot (`.my.salesforce.com`); a host must have
    /// at least one label before it.
    pub suffixes: &'static [&'static str],
    /// Hosts that are accepted as a whole.
    pub exact: &'static [&'static str],
    /// Hosts refused although a suffix matches, with the reason.
    pub refused: &'static [(&'static str, &'static str)],
}

/// Why a host was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RefusedHost(pub String);

/// `https://host` (or a loopback address for sandboxes), checked. There is no
/// other way to make one, so a token cannot be sent to an unchecked host.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// Checks `text` against `rule`.
    ///
    /// `loopback` admits `http://127.0.0.1:PORT` for sandboxes, and nothing else.
    ///
    /// # Errors
    /// Says in a sentence what is wrong with the address.
    pub fn checked(text: &str, rule: &HostRule, loopback: bool) -> Result<Self, RefusedHost> {
        let no = |why: &str| Err(RefusedHost(why.to_owned()));
        if text.len() > 255 {
            return no("the address is longer than 255 characters");
        }
        let Ok(url) = Url::parse(text.trim()) else {
            return no("not an address; expected the form https://host");
        };
        if !url.username().is_empty() || url.password().is_some() {
            return no("the address must not carry a user name");
        }
        if url.path() != "/" && !url.path().is_empty() || url.query().is_some() || url.fragment().is_some() {
            return no("the address must be a bare host, without a path");
        }
        let host = match url.host() {
            Some(Host::Ipv4(ip)) if loopback && ip == std::net::Ipv4Addr::LOCALHOST && url.scheme() == "http" => {
                let Some(port) = url.port() else { return no("a loopback address needs a port") };
                return Ok(Self(format!("http://{ip}:{port}")));
            }
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => {
                return no("an IP address is not accepted, only the provider's host names");
            }
            Some(Host::Domain(name)) => name.to_ascii_lowercase(),
            None => return no("the address has no host"),
        };
        if url.scheme() != "https" {
            return no("only https is accepted");
        }
        if url.port().is_some() {
            return no("the address must not name a port");
        }
        if let Some((_, why)) =
            rule.refused.iter().find(|(h, _)| host == *h || (h.starts_with('.') && host.ends_with(h)))
        {
            return no(why);
        }
        let on_list = rule.exact.contains(&host.as_str())
            || rule.suffixes.iter().any(|s| host.strip_suffix(s).is_some_and(is_labels));
        if !on_list {
            return Err(RefusedHost(format!("{host} is not a host of this provider")));
        }
        Ok(Self(format!("https://{host}")))
    }

    /// `https://host`, without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host with its port, as a scope name.
    pub fn host(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, h)| h)
    }
}

/// Whether a resolved address may be called for a host name: public ones only.
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            let o = v4.octets();
            !(v4.is_loopback()
                || v4.is_private()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast()
                || v4.is_multicast()
                || v4.is_documentation()
                || o[0] == 0
                || (o[0] == 192 && o[1] == 0 && o[2] == 0)
                || (o[0] == 100 && (64..128).contains(&o[1]))
                || (o[0] == 198 && (o[1] == 18 || o[1] == 19))
                || o[0] >= 240)
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public(IpAddr::V4(v4)),
            None => {
                let s = v6.segments();
                let embedded = std::net::Ipv4Addr::from((u32::from(s[6]) << 16) | u32::from(s[7]));
                match s {
                    // Networks without IPv4 reach it through this prefix.
                    [0x64, 0xff9b, 0, 0, 0, 0, _, _] => is_public(IpAddr::V4(embedded)),
                    // Documentation, and tunnels that carry an IPv4 address inside.
                    [0x2001, 0xdb8 | 0, ..] | [0x2002, ..] => false,
                    // Global unicast; all else is local, reserved or multicast.
                    [first, ..] => first & 0xe000 == 0x2000,
                }
            }
        },
    }
}

/// Labels between dots, none of them empty.
fn is_labels(text: &str) -> bool {
    text.split('.').all(|label| !label.is_empty())
}

#[cfg(test)]
#[path = "base_url_tests.rs"]
mod tests;
