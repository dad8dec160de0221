//! Where the token goes as a request leaves: nobody else ever holds both.

use crate::{Request, TokenPlace};
use bytes::Bytes;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

/// What a request carries, with the token in its place.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) authorization: Option<HeaderValue>,
    pub(super) body: Option<Bytes>,
}

/// Puts the token where the request says. Says why it cannot.
pub(super) fn place(request: &Request, bearer: Option<&SecretString>) -> Result<Placed, &'static str> {
    let body = request.body.clone();
    match (request.token, bearer) {
        (TokenPlace::Header, None) => Ok(Placed { authorization: None, body }),
        (TokenPlace::Header, Some(bearer)) => {
            let mut value = HeaderValue::try_from(format!("Bearer {}", bearer.expose_secret()))
                .map_err(|_| "the token holds characters that no header may carry")?;
            value.set_sensitive(true);
            Ok(Placed { authorization: Some(value), body })
        }
        (TokenPlace::Body(_), None) => Err("the request carries its token in the body, and there is none"),
        (TokenPlace::Body(at), Some(bearer)) => {
            let (before, after) = body
                .as_deref()
                .and_then(|body| body.split_at_checked(at))
                .ok_or("the token's place is not in the body")?;
            let mut whole = Vec::with_capacity(before.len() + after.len() + bearer.expose_secret().len() * 2);
            whole.extend_from_slice(before);
            push_xml(bearer.expose_secret(), &mut whole)?;
            whole.extend_from_slice(after);
            Ok(Placed { authorization: None, body: Some(whole.into()) })
        }
    }
}

/// Appends text as it may stand in an XML element.
fn push_xml(text: &str, out: &mut Vec<u8>) -> Result<(), &'static str> {
    for byte in text.bytes() {
        match byte {
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            0x20..=0x7e => out.push(byte),
            _ => return Err("the token holds characters that no token has"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(token: TokenPlace) -> Request {
        Request { token, ..Request::post("soap", "/soap", "text/xml", "<id></id>") }
    }

    #[test]
    fn a_token_in_the_body_is_escaped_and_stands_nowhere_else() {
        let placed = place(&request(TokenPlace::Body(4)), Some(&"00D!a&<b>".into())).unwrap();
        assert_eq!(placed.body.as_deref(), Some(&b"<id>00D!a&amp;&lt;b&gt;</id>"[..]));
        assert!(placed.authorization.is_none());
    }

    #[test]
    fn a_token_in_the_header_leaves_the_body_alone() {
        let placed = place(&request(TokenPlace::Header), Some(&"00D!abc".into())).unwrap();
        assert_eq!(placed.body.as_deref(), Some(&b"<id></id>"[..]));
        assert!(placed.authorization.is_some_and(|value| value.is_sensitive()));
    }

    #[test]
    fn a_request_whose_token_cannot_be_placed_does_not_leave() {
        for (at, bearer) in [(10, Some("00D!abc")), (4, None), (4, Some("00D!\nabc")), (4, Some("00D!ä"))] {
            let bearer = bearer.map(SecretString::from);
            assert!(place(&request(TokenPlace::Body(at)), bearer.as_ref()).is_err(), "{at}");
        }
    }
}
