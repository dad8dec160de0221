//! The consent page, codes, refresh tokens that rotate, signed assertions.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use ring::{digest, signature::KeyPair};
use serde_json::{Value, json};
use support::{Client, FORM, Response, encoded, send};

const AUTHORIZE: &str = "/services/oauth2/authorize";
const TOKEN: &str = "/services/oauth2/token";
const CALLBACK: &str = "http://127.0.0.1:9/oauth/callback/salesforce";
const VERIFIER: &str = "a-verifier-of-the-shortest-length-it-may-have";

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, VERIFIER.as_bytes()))
}

fn form(pairs: &[(&str, &str)]) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
}

/// What a browser is sent to the page with, some of it changed.
fn asked(changes: &[(&str, &str)]) -> String {
    let challenge = challenge();
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", "sandbox-client"),
        ("redirect_uri", CALLBACK),
        ("scope", "api refresh_token id"),
        ("state", "a+state=&"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        pairs.retain(|(known, _)| known != name);
        pairs.push((name, value));
    }
    form(&pairs)
}

async fn registered() -> Client {
    let client = Client::small().await;
    client.control("POST", "settings", json!({ "callback_urls": [CALLBACK] })).await;
    client
}

fn decided(client: &Client, changes: &[(&str, &str)]) -> Response {
    let decision = [("username", "user0@sandbox.example"), ("password", "sandbox"), ("decision", "allow")];
    let all: Vec<_> = decision.into_iter().chain(changes.iter().copied()).collect();
    send(&client.org.url(), "POST", AUTHORIZE, &[FORM], &asked(&all))
}

/// The parameters that the browser brings back.
fn brought(answer: &Response) -> Vec<(String, String)> {
    assert_eq!(answer.status, 302, "{}", answer.text());
    let location = answer.header("location").unwrap();
    let query = location.strip_prefix(CALLBACK).unwrap().strip_prefix('?').unwrap();
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    query.split('&').map(|pair| pair.split_once('=').unwrap()).map(|(n, v)| (decode(n), decode(v))).collect()
}

fn code(client: &Client) -> String {
    let brought = brought(&decided(client, &[]));
    assert_eq!(brought[1], ("state".to_owned(), "a+state=&".to_owned()));
    assert_eq!(brought[0].0, "code");
    brought[0].1.clone()
}

fn token(client: &Client, pairs: &[(&str, &str)]) -> Response {
    let mut all = vec![("client_id", "sandbox-client"), ("client_secret", "sandbox-secret")];
    for (name, value) in pairs {
        all.retain(|(known, _)| known != name);
        all.push((name, value));
    }
    send(&client.org.url(), "POST", TOKEN, &[FORM], &form(&all))
}

fn exchange(client: &Client, code: &str, changes: &[(&str, &str)]) -> Response {
    let mut all = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    for (name, value) in changes {
        all.retain(|(known, _)| known != name);
        all.push((name, value));
    }
    token(client, &all)
}

fn refresh(client: &Client, refresh_token: &str) -> Response {
    token(client, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)])
}

fn text(answer: &Response, name: &str) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", answer.text())).to_owned()
}

#[track_caller]
fn refused(answer: &Response, error: &str, description: &str) {
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json(), json!({ "error": error, "error_description": description }));
}

fn works(client: &Client, access: &str) -> bool {
    let bearer = format!("Bearer {access}");
    send(&client.org.url(), "GET", "/services/oauth2/userinfo", &[("authorization", &bearer)], "").status == 200
}

#[tokio::test]
async fn the_page_is_plain_html_and_a_person_who_allows_is_sent_back_with_a_code() {
    let client = registered().await;
    let page = send(&client.org.url(), "GET", &format!("{AUTHORIZE}?{}", asked(&[])), &[], "");
    assert_eq!(page.status, 200);
    let html = page.text();
    assert!(html.contains("<form method=\"post\"") && !html.contains("<script"), "{html}");
    assert!(html.contains("value=\"a+state=&amp;\""), "{html}");
    let answer = exchange(&client, &code(&client), &[]);
    let access = text(&answer, "access_token");
    assert!(works(&client, &access));
    assert_eq!(text(&answer, "scope"), "api refresh_token id");
    assert_eq!(answer.json().get("expires_in"), None);
}

#[tokio::test]
async fn what_a_person_or_the_app_does_wrong_is_told_in_the_vendors_words() {
    let client = registered().await;
    let back = |changes: &[(&str, &str)]| brought(&decided(&client, changes))[0..2].to_vec();
    let pair = |error: &str, text: &str| {
        vec![("error".to_owned(), error.to_owned()), ("error_description".to_owned(), text.to_owned())]
    };
    assert_eq!(back(&[("decision", "deny")]), pair("access_denied", "end-user denied authorization"));
    assert_eq!(back(&[("response_type", "token")]), pair("unsupported_response_type", "response type not supported"));
    assert_eq!(back(&[("scope", "api everything")]), pair("invalid_scope", "the requested scope is not allowed"));
    for changes in [[("code_challenge", "")], [("code_challenge_method", "plain")]] {
        assert_eq!(back(&changes), pair("invalid_request", "missing required code challenge"));
    }
    // Nobody is sent to an address that is not the app's.
    for (changes, word) in [
        ([("redirect_uri", "https://evil.example/")], "redirect_uri_mismatch"),
        ([("client_id", "other")], "invalid_client_id"),
    ] {
        let answer = decided(&client, &changes);
        assert_eq!((answer.status, answer.header("location")), (400, None));
        assert!(answer.text().contains(word), "{}", answer.text());
    }
    let wrong = decided(&client, &[("password", "guess")]);
    assert_eq!(wrong.status, 200);
    assert!(wrong.text().contains("check your username and password"), "{}", wrong.text());
}

#[tokio::test]
async fn a_code_is_good_once_for_a_while_and_for_whoever_has_the_verifier() {
    let client = registered().await;
    let wrong_verifier = exchange(&client, &code(&client), &[("code_verifier", &"x".repeat(43))]);
    refused(&wrong_verifier, "invalid_grant", "invalid code verifier");
    refused(&exchange(&client, &code(&client), &[("code_verifier", "")]), "invalid_grant", "invalid code verifier");
    let other = exchange(&client, &code(&client), &[("redirect_uri", "http://127.0.0.1:9/other")]);
    refused(&other, "redirect_uri_mismatch", "redirect_uri must match configuration");
    refused(&exchange(&client, "aPrxNobody==", &[]), "invalid_grant", "invalid authorization code");
    refused(
        &exchange(&client, &code(&client), &[("client_secret", "guess")]),
        "invalid_client",
        "invalid client credentials",
    );

    let once = code(&client);
    let access = text(&exchange(&client, &once, &[]), "access_token");
    refused(&exchange(&client, &once, &[]), "invalid_grant", "invalid authorization code");
    assert!(!works(&client, &access), "a second use ends what came of the first");

    client.control("POST", "settings", json!({ "code_life_ms": 0 })).await;
    refused(&exchange(&client, &code(&client), &[]), "invalid_grant", "expired authorization code");
}

#[tokio::test]
async fn a_refresh_token_rotates_and_a_second_use_of_one_ends_them_all() {
    let client = registered().await;
    let first = text(&exchange(&client, &code(&client), &[]), "refresh_token");
    let answer = refresh(&client, &first);
    let (second, access) = (text(&answer, "refresh_token"), text(&answer, "access_token"));
    assert_ne!(first, second);
    refused(&refresh(&client, &first), "invalid_grant", "expired access/refresh token");
    refused(&refresh(&client, &second), "invalid_grant", "expired access/refresh token");
    assert!(!works(&client, &access));
    assert_eq!(client.control("GET", "grants", Value::Null).await, json!({ "alive": 0, "reused": 1 }));
}

#[tokio::test]
async fn without_rotation_a_refresh_token_stays() {
    let client = registered().await;
    client.control("POST", "settings", json!({ "rotate_refresh_tokens": false })).await;
    let token = text(&exchange(&client, &code(&client), &[]), "refresh_token");
    for _ in 0..3 {
        let answer = refresh(&client, &token);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json().get("refresh_token"), None);
    }
}

#[tokio::test]
async fn a_consent_without_the_scope_has_no_refresh_token() {
    let client = registered().await;
    let brought = brought(&decided(&client, &[("scope", "api")]));
    let answer = exchange(&client, &brought[0].1, &[]);
    assert_eq!((answer.status, answer.json().get("refresh_token")), (200, None));
}

#[tokio::test]
async fn a_sixth_consent_ends_the_oldest() {
    let client = registered().await;
    let tokens: Vec<String> = (0..6).map(|_| text(&exchange(&client, &code(&client), &[]), "refresh_token")).collect();
    refused(&refresh(&client, &tokens[0]), "invalid_grant", "expired access/refresh token");
    assert_eq!(refresh(&client, &tokens[1]).status, 200);
    assert_eq!(refresh(&client, &tokens[5]).status, 200);
}

#[tokio::test]
async fn revoking_a_refresh_token_ends_its_sessions_and_an_administrator_ends_all() {
    let client = registered().await;
    let answer = exchange(&client, &code(&client), &[]);
    let (token, access) = (text(&answer, "refresh_token"), text(&answer, "access_token"));
    let revoke =
        |token: &str| send(&client.org.url(), "POST", "/services/oauth2/revoke", &[FORM], &form(&[("token", token)]));
    assert_eq!(revoke(&token).status, 200);
    assert!(!works(&client, &access));
    refused(&refresh(&client, &token), "invalid_grant", "expired access/refresh token");
    assert_eq!(revoke(&token).status, 400);

    let token = text(&exchange(&client, &code(&client), &[]), "refresh_token");
    client.control("POST", "end_grants", Value::Null).await;
    refused(&refresh(&client, &token), "invalid_grant", "expired access/refresh token");
}

/// A key made for tests; it opens nothing.
fn key() -> RsaKeyPair {
    let pem = include_str!("../../heddle-auth/tests/keys/pkcs8.pem");
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    RsaKeyPair::from_pkcs8(&STANDARD.decode(body).unwrap()).unwrap()
}

fn assertion(key: &RsaKeyPair, changes: &[(&str, Value)]) -> String {
    let exp = chrono::Utc::now().timestamp() + 180;
    let mut claims = json!({
        "iss": "sandbox-client", "sub": "user0@sandbox.example", "aud": "https://login.salesforce.com", "exp": exp,
    });
    for (name, value) in changes {
        claims[*name] = value.clone();
    }
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(&json!({ "alg": "RS256" })), part(&claims));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[tokio::test]
async fn an_assertion_gives_a_token_when_key_app_user_audience_and_time_are_right() {
    let client = registered().await;
    let key = key();
    let by = |assertion: &str| {
        let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
        send(&client.org.url(), "POST", TOKEN, &[FORM], &form(&[("grant_type", grant), ("assertion", assertion)]))
    };
    refused(&by(&assertion(&key, &[])), "invalid_grant", "invalid assertion");
    let public = STANDARD.encode(key.public_key().as_ref());
    client.control("POST", "settings", json!({ "jwt_public_key": public })).await;
    let answer = by(&assertion(&key, &[]));
    assert!(works(&client, &text(&answer, "access_token")));
    assert_eq!(answer.json().get("refresh_token"), None);
    let here = client.org.url();
    assert_eq!(by(&assertion(&key, &[("aud", here.into())])).status, 200);

    let now = chrono::Utc::now().timestamp();
    for (name, value, error, description) in [
        ("iss", json!("other"), "invalid_client_id", "client identifier invalid"),
        ("sub", json!("other@sandbox.example"), "invalid_grant", "user hasn't approved this consumer"),
        ("aud", json!("https://evil.example"), "invalid_grant", "Audience validation failed"),
        ("exp", json!(now - 1), "invalid_grant", "invalid assertion"),
        ("exp", json!(now + 3_600), "invalid_grant", "invalid assertion"),
    ] {
        refused(&by(&assertion(&key, &[(name, value)])), error, description);
    }
    // Not its last character, some of whose bits stand for nothing.
    let real = assertion(&key, &[]);
    let at = real.len() - 8;
    let forged = format!("{}{}{}", &real[..at], if &real[at..=at] == "A" { "B" } else { "A" }, &real[at + 1..]);
    refused(&by(&forged), "invalid_grant", "invalid assertion");
    refused(&by("no.jwt"), "invalid_grant", "invalid assertion");
}
