//! Which host the org lives on, and what its other hosts say.

use serde::Deserialize;

use super::errors::{bare, error, page};
use crate::serve::{Answer, Call};

/// Where the org lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// One of our two listeners.
    Listener(usize),
    /// An address we do not serve.
    Elsewhere(String),
}

/// What a host says that the org does not live on.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OldHost {
    /// 302 with the new address.
    Redirect,
    /// The error `URL_NOT_RESET`; its status is not documented, we give 401.
    #[default]
    UrlNotReset,
    /// 420 from the edge, which knows no route.
    Gone420,
}

/// The org's address and its history.
#[derive(Clone, Debug)]
pub(crate) struct Residence {
    pub(crate) home: Home,
    pub(crate) old_host: OldHost,
    /// Counts moves: sessions of an earlier address are not valid at the next.
    pub(crate) moves: u64,
}

impl Default for Residence {
    fn default() -> Self {
        Residence { home: Home::Listener(0), old_host: OldHost::default(), moves: 0 }
    }
}

impl Residence {
    /// The address that token answers name.
    pub(crate) fn url(&self, urls: &[String; 2]) -> String {
        match &self.home {
            Home::Listener(listener) => urls.get(*listener).cloned().unwrap_or_default(),
            Home::Elsewhere(url) => url.clone(),
        }
    }

    /// What a call gets at a host where the org does not live; nothing at home.
    pub(crate) fn turned_away(&self, call: &Call<'_>, urls: &[String; 2]) -> Option<Answer> {
        if self.home == Home::Listener(call.listener) {
            return None;
        }
        Some(match self.old_host {
            OldHost::Redirect => {
                let question = if call.query.is_empty() { "" } else { "?" };
                let target = format!("{}{}{question}{}", self.url(urls), call.path, call.query);
                page(302, "Found").with_header("location", target)
            }
            OldHost::UrlNotReset => error(401, "URL_NOT_RESET", "Destination URL not reset"),
            OldHost::Gone420 => {
                let (content_type, body) = bare(420);
                Answer::new(420, content_type, body)
            }
        })
    }
}
