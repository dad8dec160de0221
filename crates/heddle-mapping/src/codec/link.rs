//! One provider field that points at a record of one of several objects.

use std::borrow::Cow;
use std::fmt;

use heddle_model::refs::Target;
use heddle_model::{List, Ref, Text};

use super::text::{plain, push_quoted};
use super::{Codec, Erased, Fit, Misfit, ValueKind};
use crate::tok::Tok;
use crate::wire::Wire;
use crate::write::elements;

/// A provider field that holds the id of one record, of one of several
/// objects: a task's `WhoId` is a contact or a lead. Each object has a common
/// field of its own, a list, because other providers keep several there; the
/// id itself says which of them it belongs to, so that reading costs nothing.
///
/// All rows of the field must be there, made by [`linked`] and
/// [`linked_rest`]; they are written together.
#[derive(Debug)]
pub struct Links {
    /// The path under which the provider says what the id is of: `Who.Type`.
    /// Only conditions ask for it.
    pub kind: &'static str,
    /// The objects with a common field of their own: what their ids begin
    /// with, and the provider's word for them under `kind`.
    pub objects: &'static [(&'static str, &'static str)],
    /// Whether a row of [`linked_rest`] takes the ids of all other objects;
    /// otherwise they are misfits.
    pub rest: bool,
}

/// Which of the objects of a field a row is for.
#[derive(Clone, Copy)]
pub struct Link {
    pub(crate) links: &'static Links,
    /// Its place among the objects; `None` takes the rest.
    pub(crate) own: Option<usize>,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.links.kind, self.own)
    }
}

/// Whose an id is.
#[derive(PartialEq, Eq)]
enum Whose {
    Own,
    Another,
    Nobody,
}

impl Link {
    /// The provider's name of the object whose records it names; `None` for
    /// those of all other objects.
    pub fn word(self) -> Option<&'static str> {
        self.own.and_then(|own| self.links.objects.get(own)).map(|(_, word)| *word)
    }

    fn whose(self, id: &[u8]) -> Whose {
        let found = self.links.objects.iter().position(|(prefix, _)| id.starts_with(prefix.as_bytes()));
        match (found, self.own) {
            (found @ Some(_), own) if found == own => Whose::Own,
            (Some(_), _) => Whose::Another,
            (None, None) => Whose::Own,
            (None, Some(_)) if self.links.rest => Whose::Another,
            (None, Some(_)) => Whose::Nobody,
        }
    }
}

/// The records of `O` behind a field of several objects: those whose id begins
/// with `prefix`, which must be one of `links`; anything else stops the build.
pub const fn linked<O: Target>(links: &'static Links, prefix: &'static str) -> Codec<List<Ref<O>>> {
    let mut own = 0;
    while own < links.objects.len() {
        if same(links.objects[own].0, prefix) {
            return codec(links, Some(own));
        }
        own += 1;
    }
    panic!("no object of this field has ids that begin so")
}

/// The records behind a field of several objects that no other row takes.
pub const fn linked_rest(links: &'static Links) -> Codec<List<Text>> {
    assert!(links.rest, "this field has no other objects");
    codec(links, None)
}

const fn codec<T>(links: &'static Links, own: Option<usize>) -> Codec<T> {
    let mut codec = Codec::new("link", ValueKind::Id, read, write);
    codec.erased.link = Some(Link { links, own });
    codec
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut i = 0;
    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    i == a.len() && i == b.len()
}

fn read(codec: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    const NO_ID: Fit = Fit::Misfit("not an id");
    let Some(link) = codec.link else { return NO_ID };
    let id = match tok {
        Tok::Null => {
            out.extend_from_slice(b"[]");
            return Fit::Ok;
        }
        // No id needs an escape.
        Tok::Str(id) | Tok::Num(id) => id,
        _ => return NO_ID,
    };
    match link.whose(id) {
        Whose::Own => {
            out.push(b'[');
            push_quoted(id, out);
            out.push(b']');
            Fit::Ok
        }
        Whose::Another => {
            out.extend_from_slice(b"[]");
            Fit::Ok
        }
        Whose::Nobody => Fit::Misfit("an id of a record of another object"),
    }
}

/// Takes a list of one id at the most, and an id alone, as conditions have it.
fn write<'a>(codec: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    const MUST_BE: Misfit = Misfit("a list of one id at the most: this CRM keeps one record here");
    const WRONG: Misfit = Misfit("the id of a record of this very object; other objects have fields of their own");
    let mut ids = Vec::new();
    match tok {
        Tok::Json(_) => {
            let list = elements(tok, |_, item| {
                ids.push(item);
                ids.len() < 2
            });
            if !list || ids.len() > 1 {
                return Err(MUST_BE);
            }
        }
        alone => ids.push(alone),
    }
    let Some(id) = ids.first() else { return Ok(Wire::Null) };
    let id = plain(*id).filter(|id| !id.is_empty()).ok_or(MUST_BE)?;
    match codec.link.map(|link| link.whose(&id)) {
        Some(Whose::Own) => {
            String::from_utf8(id.into_owned()).map(|id| Wire::Text(Cow::Owned(id))).map_err(|_| MUST_BE)
        }
        _ => Err(WRONG),
    }
}
