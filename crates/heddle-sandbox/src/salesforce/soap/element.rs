//! XML as a tree, as far as SOAP needs it.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

/// Elements may stand in each other so deep.
const DEPTH: usize = 32;

/// An element without prefix and attributes.
#[derive(Default)]
pub(super) struct Element {
    pub(super) name: String,
    text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The document's root; nothing when it is not well-formed or brings a
    /// document type of its own.
    pub(super) fn read(body: &[u8]) -> Option<Element> {
        let mut reader = Reader::from_str(std::str::from_utf8(body).ok()?);
        reader.config_mut().expand_empty_elements = true;
        let mut open = vec![Element::default()];
        loop {
            let event = reader.read_event().ok()?;
            let depth = open.len();
            let top = open.last_mut()?;
            match event {
                Event::Start(_) if depth > DEPTH => return None,
                Event::Start(start) => {
                    let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
                    open.push(Element { name, ..Element::default() });
                }
                Event::End(_) => {
                    let done = open.pop()?;
                    open.last_mut()?.children.push(done);
                }
                Event::Text(text) => top.text.push_str(&text.xml_content().ok()?),
                Event::CData(text) => top.text.push_str(&text.decode().ok()?),
                Event::GeneralRef(name) => match name.resolve_char_ref().ok()? {
                    Some(c) => top.text.push(c),
                    None => top.text.push_str(resolve_predefined_entity(&name.decode().ok()?)?),
                },
                Event::DocType(_) => return None,
                Event::Eof => break,
                _ => {}
            }
        }
        let document = open.pop().filter(|_| open.is_empty())?;
        document.children.into_iter().next()
    }

    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first element of this name; an empty one has none.
    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.trim()).filter(|text| !text.is_empty())
    }
}
