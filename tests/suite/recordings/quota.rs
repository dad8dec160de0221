//! Recorded allowance headers.

use super::exchange::exchanges;
use super::{recordings, say, stage};
use heddle_connector::{QuotaSample, ScopeKind};

#[tokio::test]
async fn every_recorded_allowance_header_gives_its_figures() {
    let Some(folder) = recordings("salesforce") else { return };
    let connector = stage::salesforce();
    let request = stage::query_request().await;
    let (mut parsed, mut without) = (0, 0);
    for exchange in exchanges(&folder) {
        let signals = connector.signals(&request, &exchange.reply());
        let Some(header) = exchange.header("sforce-limit-info") else {
            assert!(signals.quota.is_empty(), "{}", exchange.source);
            without += 1;
            continue;
        };
        let figures = header.strip_prefix("api-usage=").and_then(|rest| rest.split_once('/')).unwrap();
        let number = |text: &str| text.trim().parse().unwrap_or_else(|_| panic!("{}: {header}", exchange.source));
        let sample = QuotaSample { scope: ScopeKind::Org, used: number(figures.0), limit: number(figures.1) };
        assert_eq!(signals.quota, [sample], "{}: {header}", exchange.source);
        parsed += 1;
    }
    say(&format!("{parsed} allowance headers read, {without} answers have none"));
    assert!(parsed > 150, "{parsed}");
}
