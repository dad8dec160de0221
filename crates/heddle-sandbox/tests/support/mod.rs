//! A small HTTP client on the standard library, and an org to talk to.

#![allow(dead_code)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use heddle_sandbox::{Salesforce, SalesforceOptions};
use serde_json::Value;

pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// `errorCode` and `message` of the first entry of an error array.
    pub(crate) fn error(&self) -> (String, String) {
        let entry = self.json()[0].clone();
        let text = |name: &str| entry[name].as_str().unwrap().to_owned();
        (text("errorCode"), text("message"))
    }
}

/// Sends one request and reads to the end of the connection.
pub(crate) fn raw(host: &str, request: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(host.trim_start_matches("http://"))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if answer.is_empty() => Err(error),
        _ => Ok(answer),
    }
}

pub(crate) fn send(host: &str, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Response {
    let mut request = format!("{method} {target} HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    let answer = raw(host, &request).unwrap();
    let split = answer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap_or_else(|| panic!("no head in {:?}", String::from_utf8_lossy(&answer)));
    let head = String::from_utf8(answer[..split].to_vec()).unwrap();
    Response { status: head.split(' ').nth(1).unwrap().parse().unwrap(), body: answer[split + 4..].to_vec(), head }
}

/// An org with a session.
pub(crate) struct Client {
    pub(crate) org: Salesforce,
    pub(crate) token: String,
}

pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

pub(crate) const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

pub(crate) fn token_response(host: &str, id: &str, secret: &str) -> Response {
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    send(host, "POST", "/services/oauth2/token", &[FORM], &form)
}

pub(crate) fn small() -> SalesforceOptions {
    SalesforceOptions { contacts: 120, accounts: 20, ..SalesforceOptions::default() }
}

impl Client {
    pub(crate) async fn start(options: SalesforceOptions) -> Client {
        let org = Salesforce::start(options).await.unwrap();
        let mut client = Client { org, token: String::new() };
        client.renew();
        client
    }

    pub(crate) async fn small() -> Client {
        Client::start(small()).await
    }

    pub(crate) fn renew(&mut self) {
        let answer = token_response(&self.org.url(), "sandbox-client", "sandbox-secret");
        self.token = answer.json()["access_token"].as_str().unwrap().to_owned();
    }

    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    pub(crate) fn get(&self, target: &str) -> Response {
        self.get_with(target, &[])
    }

    pub(crate) fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Response {
        let bearer = self.bearer();
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend_from_slice(headers);
        send(&self.org.url(), "GET", target, &all, "")
    }

    /// A write with a JSON body; null is no body.
    pub(crate) fn write(&self, method: &str, resource: &str, body: &Value) -> Response {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.write_with(method, resource, &[], &body)
    }

    /// A write with a JSON body and further headers.
    pub(crate) fn write_with(&self, method: &str, resource: &str, headers: &[(&str, &str)], body: &str) -> Response {
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        self.raw_write(method, resource, &all, body)
    }

    /// A write with these headers alone; `resource` without the version.
    pub(crate) fn raw_write(&self, method: &str, resource: &str, headers: &[(&str, &str)], body: &str) -> Response {
        let bearer = self.bearer();
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend_from_slice(headers);
        send(&self.org.url(), method, &format!("/services/data/v66.0/{resource}"), &all, body)
    }

    pub(crate) fn query(&self, soql: &str) -> Response {
        self.get(&format!("/services/data/v66.0/query?q={}", encoded(soql)))
    }

    /// The records of a query that must succeed.
    pub(crate) fn records(&self, soql: &str) -> Vec<Value> {
        let answer = self.query(soql);
        assert_eq!(answer.status, 200, "{soql}: {}", answer.text());
        answer.json()["records"].as_array().unwrap().clone()
    }

    /// The values of one column of a query that must succeed.
    pub(crate) fn column(&self, soql: &str, name: &str) -> Vec<Value> {
        let records = self.records(soql);
        records.iter().map(|record| record[name].clone()).collect()
    }

    /// Code and message of a query that must be refused.
    pub(crate) fn refused(&self, soql: &str) -> (String, String) {
        let answer = self.query(soql);
        assert_eq!(answer.status, 400, "{soql}: {}", answer.text());
        answer.error()
    }

    /// A control request that must succeed.
    pub(crate) async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.org.control(method, path, body).await;
        assert!(answer.get("error").is_none(), "{path}: {answer}");
        answer
    }
}
