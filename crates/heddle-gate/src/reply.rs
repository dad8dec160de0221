//! What came back from a provider.

use bytes::Bytes;
use std::time::{Duration, SystemTime};

/// How far ahead of ours a provider's clock is believed to be.
const MOST_AHEAD: Duration = Duration::from_secs(300);

/// A complete answer: status, headers, whole body.
#[derive(Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Header names in lower case, values as sent (non-ASCII values dropped).
    pub headers: Vec<(String, String)>,
    /// The whole decoded body, bounded by the transport.
    pub body: Bytes,
    /// Our wall clock when the answer's head arrived.
    pub received: SystemTime,
    /// From sending the request to the end of the body.
    pub took: Duration,
}

impl Reply {
    /// First value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Its `Date` header, to the second; `None` when it sent none that can be read.
    pub fn date(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(self.header("date")?).ok()
    }

    /// The provider's clock: its `Date` header, or ours when it sent none. At
    /// most five minutes ahead of ours: a time from the far future would make
    /// later changes look old.
    pub fn provider_clock(&self) -> SystemTime {
        self.date().map_or(self.received, |date| date.min(self.received + MOST_AHEAD))
    }

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl std::fmt::Debug for Reply {
    /// Leaves out headers and body: they carry customers' data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} with {} bytes in {:?}", self.status, self.body.len(), self.took)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(date: Option<&str>, received: SystemTime) -> SystemTime {
        let headers = date.map(|date| ("date".to_owned(), date.to_owned())).into_iter().collect();
        Reply { status: 200, headers, body: Bytes::new(), received, took: Duration::ZERO }.provider_clock()
    }

    #[test]
    fn the_providers_date_is_believed_up_to_five_minutes_ahead() {
        let received = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        for (seconds, believed) in [(0, 0), (-86_400, -86_400), (299, 299), (300, 300), (301, 300), (9_000_000, 300)] {
            let at = |seconds: i64| match u64::try_from(seconds) {
                Ok(ahead) => received + Duration::from_secs(ahead),
                Err(_) => received - Duration::from_secs(seconds.unsigned_abs()),
            };
            assert_eq!(clock(Some(&httpdate::fmt_http_date(at(seconds))), received), at(believed), "{seconds}");
        }
    }

    #[test]
    fn without_a_readable_date_our_clock_counts() {
        let received = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        assert_eq!(clock(None, received), received);
        assert_eq!(clock(Some("yesterday"), received), received);
    }
}
