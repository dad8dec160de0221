//! A person's browser, as far as consents need one: it opens pages, fills in
//! plain forms and goes where it is sent, one step at a time.

use heddle_gate::{HttpTransport, TransportSettings};
use std::time::Duration;

/// What browsers escape in forms.
const FORM: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'_').remove(b'-').remove(b'.').remove(b'*');

/// A browser without scripts.
pub struct Browser(reqwest::Client);

/// What it shows.
#[derive(Debug)]
pub struct Page {
    /// HTTP status.
    pub status: u16,
    /// Where it is sent next.
    pub location: Option<String>,
    /// The page itself.
    pub text: String,
    /// Its own address.
    address: String,
}

impl Default for Browser {
    fn default() -> Self {
        Self::new()
    }
}

impl Browser {
    /// A browser that goes nowhere by itself.
    pub fn new() -> Self {
        HttpTransport::new(&TransportSettings::default()).unwrap();
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self(client.timeout(Duration::from_secs(60)).build().unwrap())
    }

    /// Opens an address.
    pub async fn open(&self, address: &str) -> Page {
        shown(address, self.0.get(address).send().await.unwrap()).await
    }

    /// Presses a button of the form on a page, with the fields as they stand.
    pub async fn press(&self, page: &Page, name: &str, value: &str) -> Page {
        let action = attribute(&page.text, "action").unwrap();
        let host = page.address.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        let encode = |text: &str| percent_encoding::utf8_percent_encode(text, FORM).to_string();
        let mut pairs = vec![format!("{}={}", encode(name), encode(value))];
        for input in page.text.split("<input ").skip(1) {
            let tag = input.split('>').next().unwrap();
            let (name, value) = (attribute(tag, "name").unwrap(), attribute(tag, "value").unwrap_or_default());
            pairs.push(format!("{}={}", encode(&name), encode(&value)));
        }
        let address = format!("{host}{action}");
        let request = self.0.post(&address).header("content-type", "application/x-www-form-urlencoded");
        shown(&address, request.body(pairs.join("&")).send().await.unwrap()).await
    }

    /// Goes to a provider's page and decides; the address that it is sent back to.
    pub async fn decide(&self, authorize_url: &str, decision: &str) -> String {
        let page = self.open(authorize_url).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let next = self.press(&page, "decision", decision).await;
        next.location.unwrap_or_else(|| panic!("{}: {}", next.status, next.text))
    }
}

async fn shown(address: &str, answer: reqwest::Response) -> Page {
    let location = answer.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
    let status = answer.status().as_u16();
    Page { status, location, text: answer.text().await.unwrap(), address: address.to_owned() }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let text = tag.split_once(&format!("{name}=\""))?.1.split('"').next()?;
    let plain = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    Some(plain.into_iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to)))
}
