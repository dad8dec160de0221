//! SOAP, as far as one call needs it: an envelope around a body, and what an
//! answer says. Pure.
//!
//! Answers are read as trees of elements within strict bounds; document types
//! and entities other than those of XML itself are refused.

use super::error_body::{ApiError, one_line};
use heddle_connector::{Request, TokenPlace};
use quick_xml::Reader;
use quick_xml::escape::{escape, resolve_predefined_entity};
use quick_xml::events::Event;

/// How deep elements may stand in each other.
const DEPTH: usize = 16;
/// Elements of one answer.
const ELEMENTS: usize = 2_000;
/// Longest answer, in bytes.
const LONGEST: usize = 256 * 1024;

/// Everything before the session id.
const OPEN: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
    r#"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com">"#,
    "<soapenv:Header><SessionHeader><sessionId>",
);

/// A call of the partner API: `headers` and `body` are XML. The token is put
/// into its place as the request leaves.
pub(super) fn request(operation: &'static str, version: &str, headers: &str, body: &str) -> Request {
    let envelope = format!(
        "{OPEN}</sessionId></SessionHeader>{headers}</soapenv:Header><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    );
    let path = format!("/services/Soap/u/{version}");
    let mut request = Request::post(operation, path, "text/xml; charset=UTF-8", envelope);
    // Salesforce goes by the body; the header must be there.
    request.headers.push(("soapaction", "\"\"".to_owned()));
    request.headers.push(("accept", "text/xml".to_owned()));
    request.token = TokenPlace::Body(OPEN.len());
    request
}

/// Appends an element with text in it.
pub(super) fn push_element(out: &mut String, name: &str, text: &str) {
    out.push_str(&format!("<{name}>{}</{name}>", escape(text)));
}

/// One element of an answer; names without prefixes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    name: String,
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// The first element of this name directly inside.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All of them.
    pub(super) fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Its own text; an empty one has none.
    pub(super) fn text(&self) -> Option<&str> {
        Some(self.text.trim()).filter(|text| !text.is_empty())
    }

    /// The text of the first element of this name.
    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name)?.text()
    }
}

/// The envelope of an answer.
pub(super) fn read(body: &[u8]) -> Result<Element, &'static str> {
    const NO_XML: &str = "it is not XML";
    if body.len() > LONGEST {
        return Err("it is too long");
    }
    let text = std::str::from_utf8(body).map_err(|_| "it is not UTF-8")?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = vec![Element::default()];
    let mut count = 0;
    loop {
        let event = reader.read_event().map_err(|_| NO_XML)?;
        let top = open.last_mut().ok_or(NO_XML)?;
        match event {
            Event::Start(start) => {
                count += 1;
                if open.len() > DEPTH || count > ELEMENTS {
                    return Err("it is too large");
                }
                let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
                open.push(Element { name, ..Element::default() });
            }
            Event::End(_) => {
                let done = open.pop().ok_or(NO_XML)?;
                open.last_mut().ok_or(NO_XML)?.children.push(done);
            }
            Event::Text(text) => top.text.push_str(&text.xml_content().map_err(|_| NO_XML)?),
            Event::CData(text) => top.text.push_str(&text.decode().map_err(|_| NO_XML)?),
            Event::GeneralRef(name) => match name.resolve_char_ref().map_err(|_| NO_XML)? {
                Some(c) => top.text.push(c),
                None => {
                    let name = name.decode().map_err(|_| NO_XML)?;
                    top.text.push_str(resolve_predefined_entity(&name).ok_or("it has entities of its own")?);
                }
            },
            Event::DocType(_) => return Err("it has a document type"),
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Empty(_) => {}
        }
    }
    let mut document = open.pop().filter(|_| open.is_empty()).ok_or("it is cut off")?;
    match (document.children.pop(), document.children.is_empty()) {
        (Some(root), true) if root.name == "Envelope" => Ok(root),
        _ => Err("it is no SOAP envelope"),
    }
}

/// Why the whole call was refused, if it was.
pub(super) fn fault(envelope: &Element) -> Option<ApiError> {
    let fault = envelope.child("Body")?.child("Fault")?;
    let code = fault.text_of("faultcode").unwrap_or_default();
    let code = code.rsplit_once(':').map_or(code, |(_, code)| code);
    let said = fault.text_of("faultstring").unwrap_or_default();
    // `CODE: text` says the code twice.
    let raw = said.strip_prefix(code).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(said);
    Some(ApiError { code: Some(one_line(code)), message: one_line(raw), raw: raw.to_owned(), ..ApiError::default() })
}

/// Calls of the day, used and allowed, as the answer's header has them.
pub(super) fn usage(envelope: &Element) -> Option<(u64, u64)> {
    let info = envelope.child("Header")?.child("LimitInfoHeader")?;
    let daily = info.children("limitInfo").find(|info| info.text_of("type") == Some("API REQUESTS"))?;
    let figure = |name| daily.text_of(name)?.parse().ok();
    Some((figure("current")?, figure("limit")?)).filter(|(_, limit)| *limit > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(inside: &str) -> String {
        format!(r#"<?xml version="1.0"?><s:Envelope xmlns:s="x"><s:Body>{inside}</s:Body></s:Envelope>"#)
    }

    #[test]
    fn a_request_has_a_place_for_the_token_and_none_in_it() {
        let mut body = String::new();
        push_element(&mut body, "name", "Smith & <Sons> \"quoted\"");
        let request = request("op", "66.0", "", &body);
        let text = String::from_utf8(request.body.unwrap().to_vec()).unwrap();
        let TokenPlace::Body(at) = request.token else { panic!("no place") };
        assert!(text[..at].ends_with("<sessionId>") && text[at..].starts_with("</sessionId>"), "{text}");
        assert!(text.contains("<name>Smith &amp; &lt;Sons&gt; &quot;quoted&quot;</name>"), "{text}");
        assert!(read(text.as_bytes()).is_ok());
    }

    #[test]
    fn text_is_read_with_its_escapes_and_without_prefixes() {
        let root = read(envelope("<a:x>1 &lt; 2 &amp; &#65;<![CDATA[<b>]]></a:x><y/>").as_bytes()).unwrap();
        let body = root.child("Body").unwrap();
        assert_eq!(body.text_of("x"), Some("1 < 2 & A<b>"));
        assert_eq!((body.text_of("y"), body.child("y").is_some()), (None, true));
    }

    #[test]
    fn what_is_no_sound_envelope_is_refused() {
        let deep = envelope(&format!("{}{}", "<a>".repeat(20), "</a>".repeat(20)));
        let many = envelope(&"<a/>".repeat(2_001));
        let long = envelope(&"x".repeat(LONGEST));
        let bomb = format!(r#"<!DOCTYPE x [<!ENTITY a "b">]>{}"#, envelope("&a;"));
        let cut = envelope("<a>");
        for bad in [
            "",
            "down for maintenance",
            "<html></html>",
            "{}",
            &deep,
            &many,
            &long,
            &bomb,
            &envelope("&a;"),
            &cut[..60],
        ] {
            assert!(read(bad.as_bytes()).is_err(), "{}", &bad[..bad.len().min(80)]);
        }
    }

    #[test]
    fn a_fault_names_its_code_without_the_prefix() {
        let inside = "<s:Fault><faultcode>sf:INVALID_SESSION_ID</faultcode><faultstring>INVALID_SESSION_ID: Invalid \
                      Session ID</faultstring></s:Fault>";
        let error = fault(&read(envelope(inside).as_bytes()).unwrap()).unwrap();
        assert_eq!((error.code.as_deref(), error.message.as_str()), (Some("INVALID_SESSION_ID"), "Invalid Session ID"));
    }

    #[test]
    fn the_answers_header_tells_the_use_of_the_day() {
        let text = r#"<Envelope><Header><LimitInfoHeader><limitInfo><current>7</current><limit>15000</limit>
            <type>API REQUESTS</type></limitInfo></LimitInfoHeader></Header><Body/></Envelope>"#;
        assert_eq!(usage(&read(text.as_bytes()).unwrap()), Some((7, 15_000)));
        assert_eq!(usage(&read(envelope("").as_bytes()).unwrap()), None);
    }
}
