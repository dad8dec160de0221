#![allow(clippy::unwrap_used)]

use super::*;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

// Keys made for these tests; they open nothing.
const PKCS1: &str = include_str!("../tests/keys/rsa.pem");
const PKCS8: &str = include_str!("../tests/keys/pkcs8.pem");

fn claims() -> Claims<'static> {
    Claims {
        issuer: "the client",
        subject: "robot@acme.example",
        audience: "https://login.acme.example",
        now: UNIX_EPOCH + Duration::from_secs(1_800_000_000),
        life: Duration::from_secs(180),
    }
}

#[test]
fn an_assertion_says_who_asks_for_whom_until_when_and_its_signature_holds() {
    for pem in [PKCS1, PKCS8] {
        let jwt = signed(pem, &claims()).unwrap();
        let (text, signature) = jwt.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let key = private_key(PKCS1).unwrap();
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public().as_ref().to_vec());
        public.verify(text.as_bytes(), &signature).unwrap();
        let (head, body) = text.split_once('.').unwrap();
        let read = |part: &str| -> serde_json::Value {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
        };
        assert_eq!(read(head)["alg"], "RS256");
        let expected = json!({
            "iss": "the client", "sub": "robot@acme.example", "aud": "https://login.acme.example", "exp": 1_800_000_180_u64,
        });
        assert_eq!(read(body), expected);
    }
}

#[test]
fn what_is_no_usable_key_is_refused_with_what_is_expected() {
    let no = |pem: &str| private_key(pem).err();
    assert_eq!(no("canary"), Some(PrivateKeyError::Form));
    assert_eq!(no("-----BEGIN PRIVATE KEY-----\nnot base64!\n-----END PRIVATE KEY-----"), Some(PrivateKeyError::Form));
    assert_eq!(no("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"), Some(PrivateKeyError::NotRsa));
    assert_eq!(no("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA"), Some(PrivateKeyError::Encrypted));
    let windows = PKCS8.replace('\n', "\r\n");
    assert!(private_key(&windows).is_ok(), "line ends do not matter");
}
