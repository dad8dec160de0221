//! Names resolve to public addresses only: a provider's host name that points
//! into a private network must not carry a customer's token there.

use crate::base_url::is_public;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::SocketAddr;

/// The system's resolver without non-public addresses. It is not asked for IP
/// literals; those pass only as checked loopback addresses of sandboxes.
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(public(found)?)
        })
    }
}

fn public(found: impl Iterator<Item = SocketAddr>) -> Result<Addrs, std::io::Error> {
    let kept: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
    if kept.is_empty() {
        return Err(std::io::Error::other("the host name has no public address"));
    }
    Ok(Box::new(kept.into_iter()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(ip: &str) -> SocketAddr {
        SocketAddr::new(ip.parse().unwrap(), 0)
    }

    #[test]
    fn private_addresses_are_left_out() {
        let kept = public([at("10.0.0.1"), at("8.8.8.8"), at("::1")].into_iter()).ok().unwrap();
        assert_eq!(kept.collect::<Vec<_>>(), [at("8.8.8.8")]);
    }

    #[test]
    fn a_name_with_private_addresses_only_does_not_resolve() {
        assert!(public([at("127.0.0.1"), at("169.254.169.254"), at("fd00::1")].into_iter()).is_err());
        assert!(public(std::iter::empty()).is_err());
    }
}
