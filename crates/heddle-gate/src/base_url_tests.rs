#![allow(clippy::unwrap_used)]

use super::*;

const RULE: HostRule = HostRule {
    suffixes: &[".my.salesforce.com", ".sandbox.my.salesforce.com"],
    exact: &["api.hubapi.com"],
    refused: &[("login.my.salesforce.com", "use My Domain"), (".secret.my.salesforce.com", "not this one")],
};

#[test]
fn hosts_of_the_provider_are_accepted_and_normalised() {
    for (text, expected) in [
        ("https://acme.my.salesforce.com", "https://acme.my.salesforce.com"),
        ("https://acme.my.salesforce.com/", "https://acme.my.salesforce.com"),
        ("  https://ACME.My.Salesforce.COM  ", "https://acme.my.salesforce.com"),
        ("HTTPS://acme--dev.sandbox.my.salesforce.com", "https://acme--dev.sandbox.my.salesforce.com"),
        ("https://acme.my.salesforce.com:443", "https://acme.my.salesforce.com"),
        ("https://api.hubapi.com", "https://api.hubapi.com"),
    ] {
        assert_eq!(BaseUrl::checked(text, &RULE, false).unwrap().as_str(), expected, "{text}");
    }
}

#[test]
fn hostile_addresses_are_refused() {
    let long = format!("https://{}.my.salesforce.com", "a".repeat(300));
    for text in [
        "https://evil.example",
        "http://acme.my.salesforce.com",
        "ftp://acme.my.salesforce.com",
        "https://acme.my.salesforce.com.evil.example",
        "https://evilmy.salesforce.com",
        "https://my.salesforce.com",
        "https://.my.salesforce.com",
        "https://..my.salesforce.com",
        "https://a..my.salesforce.com",
        "https://acme.my.salesforce.com.",
        "https://user@acme.my.salesforce.com",
        "https://user:word@acme.my.salesforce.com",
        "https://acme.my.salesforce.com@evil.example",
        "https://evil.example#.my.salesforce.com",
        "https://evil.example?.my.salesforce.com",
        "https://evil.example/.my.salesforce.com",
        "https://evil.example\\.my.salesforce.com",
        "https://evil.example\\@acme.my.salesforce.com",
        "https://evil.example%2f.my.salesforce.com",
        "https://evil.example%00.my.salesforce.com",
        "https://acme.my.salesforce.com:8443",
        "https://acme.my.salesforce.com/services",
        "https://acme.my.salesforce.com?a=b",
        "https://acme.my.salesforce.com#a",
        "https://127.0.0.1",
        "http://127.0.0.1:8080",
        "https://0x7f.1",
        "http://0x7f.1:8080",
        "https://2130706433",
        "https://0177.0.0.1",
        "https://169.254.169.254",
        "https://10.0.0.1",
        "https://[::1]",
        "http://[::1]:8080",
        "https://[::ffff:127.0.0.1]",
        "https://8.8.8.8",
        "https://localhost",
        "http://localhost:8080",
        "https://api.hubapi.com.",
        "https://xapi.hubapi.com",
        "https://api.hubapi.com.my.salesforce.evil",
        "https://acme.my.sal\u{435}sforce.com",
        "https://acme.my.salesforce\u{3002}evil.example",
        "https://acme.my.salesforce.c\u{43e}m",
        "https://login.my.salesforce.com",
        "https://LOGIN.my.salesforce.com",
        "https://x.secret.my.salesforce.com",
        "acme.my.salesforce.com",
        "//acme.my.salesforce.com",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "",
        &long,
    ] {
        assert!(BaseUrl::checked(text, &RULE, false).is_err(), "{text}");
    }
}

#[test]
fn loopback_is_admitted_for_sandboxes_with_a_port_and_nothing_else() {
    let base = BaseUrl::checked("http://127.0.0.1:8080", &RULE, true).unwrap();
    assert_eq!((base.as_str(), base.host()), ("http://127.0.0.1:8080", "127.0.0.1:8080"));
    for text in [
        "http://127.0.0.1",
        "https://127.0.0.1:8080",
        "http://user@127.0.0.1:8080",
        "http://127.0.0.1:8080/path",
        "http://127.0.0.2:8080",
        "http://localhost:8080",
        "http://[::1]:8080",
        "http://[::ffff:127.0.0.1]:8080",
        "http://10.0.0.1:8080",
        "http://0.0.0.0:8080",
        "http://169.254.169.254:80",
        "http://acme.my.salesforce.com",
        "https://evil.example",
    ] {
        assert!(BaseUrl::checked(text, &RULE, true).is_err(), "{text}");
    }
}

#[test]
fn the_refusal_says_why() {
    let why = BaseUrl::checked("https://login.my.salesforce.com", &RULE, false).unwrap_err();
    assert_eq!(why.to_string(), "use My Domain");
    let why = BaseUrl::checked("https://evil.example", &RULE, false).unwrap_err();
    assert_eq!(why.to_string(), "evil.example is not a host of this provider");
}

#[test]
fn only_public_addresses_may_be_called_for_a_name() {
    for ip in ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"] {
        assert!(is_public(ip.parse().unwrap()), "{ip}");
    }
    for ip in [
        "127.0.0.1",
        "127.9.9.9",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "0.1.2.3",
        "100.64.0.1",
        "100.127.255.255",
        "198.18.0.1",
        "198.19.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
    ] {
        assert!(!is_public(ip.parse().unwrap()), "{ip}");
    }
}
