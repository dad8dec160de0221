//! How many creates a second an org of 20,000 contacts carries out. Prints
//! the figure; asserts only that each one is there.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;

use heddle_sandbox::SalesforceOptions;
use serde_json::{Value, json};
use support::Client;

const CREATES: u64 = 5_000;

#[tokio::test]
async fn creates_over_one_connection_are_counted_and_timed() {
    let options = SalesforceOptions { contacts: 20_000, daily_limit: 1_000_000, ..support::small() };
    let client = Client::start(options).await;
    let mut stream = TcpStream::connect(client.org.url().trim_start_matches("http://")).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut answer = vec![0; 4_096];
    let started = client.org.counters()["now_ms"].as_u64().unwrap();
    for number in 0..CREATES {
        let body =
            format!(r#"{{"LastName":"N{number}","Email":"n{number}@x.example","ns__Legacy_Id__c":"K{number}"}}"#);
        let request = format!(
            "POST /services/data/v66.0/sobjects/Contact HTTP/1.1\r\nhost: s\r\nauthorization: {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            client.bearer(),
            body.len(),
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut length = 0;
        while !answer[..length].ends_with(b"}") {
            length += stream.read(&mut answer[length..]).unwrap();
        }
        assert!(answer.starts_with(b"HTTP/1.1 201"), "{}", String::from_utf8_lossy(&answer[..length]));
    }
    let elapsed = client.org.counters()["now_ms"].as_u64().unwrap() - started;
    eprintln!("{CREATES} creates in {elapsed} ms: {} a second", CREATES * 1_000 / elapsed.max(1));
    let rows = client.control("GET", "rows?object=Contact", Value::Null).await;
    assert_eq!(rows["total"], 20_000 + CREATES);
    assert_eq!(client.org.counters()["rows"]["created"], json!(CREATES));
}
