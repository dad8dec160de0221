//! What belongs to a note of the newer kind: a file version for each text that
//! it had, and a link to its owner.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Batch, Values};
use crate::salesforce::ids::Id;
use crate::salesforce::schema::{CONTENT_LINK, CONTENT_NOTE, CONTENT_VERSION};
use crate::salesforce::value::Value;

/// Characters of a preview.
const PREVIEW: usize = 255;

impl Batch<'_> {
    /// Whether values have the text of a note.
    pub(super) fn is_text(&self, object: usize, values: &Values) -> bool {
        let text = self.object(object).position("Content").filter(|_| object == CONTENT_NOTE);
        values.iter().any(|(place, _)| Some(*place) == text)
    }

    /// Completes a note that was just made.
    pub(super) fn new_note(&mut self, object: usize, id: Id) -> Result<(), String> {
        if object != CONTENT_NOTE {
            return Ok(());
        }
        self.new_text(id);
        let owner = Value::Id(self.org.user());
        let link = [("ContentDocumentId", Value::Id(id)), ("LinkedEntityId", owner), ("ShareType", Value::text("I"))];
        self.create(CONTENT_LINK, self.placed(CONTENT_LINK, &link)).map(drop)
    }

    /// Makes the note's text its newest version. Ends of lines are stripped, as
    /// Salesforce strips them.
    pub(super) fn new_text(&mut self, id: Id) {
        let Some((position, row)) = self.find(CONTENT_NOTE, id) else { return };
        let sent = self.object(CONTENT_NOTE).position("Content").and_then(|place| row.get(place).as_text());
        let html = STANDARD.decode(sent.unwrap_or_default()).unwrap_or_default();
        let html = String::from_utf8_lossy(&html).replace(['\r', '\n'], "");
        let version = [
            ("ContentDocumentId", Value::Id(id)),
            ("VersionData", Value::text(&html)),
            ("FileType", Value::text("SNOTE")),
        ];
        let Ok(version) = self.create(CONTENT_VERSION, self.placed(CONTENT_VERSION, &version)) else { return };
        let preview: String = plain(&html).chars().take(PREVIEW).collect();
        let follows = [
            ("LatestPublishedVersionId", Value::Id(version)),
            ("TextPreview", Value::text(&preview)),
            ("ContentSize", Value::Int(i64::try_from(html.len()).unwrap_or(i64::MAX))),
            ("FileType", Value::text("SNOTE")),
        ];
        let follows = self.placed(CONTENT_NOTE, &follows);
        self.change(CONTENT_NOTE, position, follows);
    }

    fn placed(&self, object: usize, named: &[(&str, Value)]) -> Values {
        let definition = self.object(object);
        named.iter().filter_map(|(name, value)| Some((definition.position(name)?, value.clone()))).collect()
    }
}

/// HTML without its tags, with a space where one was.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => {}
        }
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&amp;", "&").trim().to_owned()
}
