//! Lists whose items stand in provider fields of their own: every `type` that
//! the table has rows for is one place.

use heddle_model::{ListInfo, PartRole};

use super::members::{Met, of_array, of_object};
use super::writer::{Spot, Writer};
use super::{Writable, WriteErrorKind};
use crate::row::{Row, Way};
use crate::tok::Tok;

/// One item of the body.
struct Item<'a> {
    index: usize,
    /// 1 + the index of its `type`; 0 without.
    kind: u8,
    /// A value for every part of the list's items.
    parts: Vec<Tok<'a>>,
}

/// The rows of one `type`, and the item that goes there.
struct Place<'a> {
    kind: u8,
    rows: Vec<&'static Row>,
    item: Option<Item<'a>>,
}

impl Place<'_> {
    fn row(&self, part: usize) -> Option<&'static Row> {
        self.rows.iter().find(|row| usize::from(row.place.part) == part + 1).copied()
    }
}

impl Writer<'_> {
    /// Replaces a whole list.
    pub(super) fn list(&mut self, spot: Spot<'_>, list: &'static ListInfo, rows: &[&'static Row], tok: Tok<'_>) {
        if rows.iter().all(|row| written(row).is_none())
            && let Some(row) = rows.first()
        {
            return self.row(spot, row, tok);
        }
        let mut places: Vec<Place<'_>> = Vec::new();
        for row in rows {
            match places.iter_mut().find(|place| place.kind == row.place.item) {
                Some(place) => place.rows.push(row),
                None => places.push(Place { kind: row.place.item, rows: vec![row], item: None }),
            }
        }
        let mut untyped = Vec::new();
        if tok != Tok::Null {
            let array = of_array(tok, |index, tok| {
                let spot = Spot { item: Some(index), ..spot };
                match self.item(spot, list, index, tok) {
                    Some(item) if item.kind > 0 => self.typed(spot, list, &mut places, item),
                    Some(item) => untyped.push(item),
                    None => {}
                }
                !self.full() && untyped.len() <= super::MAX_WRITE_ERRORS
            });
            if !array {
                return self.invalid(spot, "a list", None);
            }
        }
        // After the others, so that none of them finds its place taken.
        for item in untyped {
            self.untyped(spot, list, &mut places, item);
        }
        for place in &places {
            self.place(spot, list, place);
        }
    }

    /// Reads one item; `None` when it is wrong, which has then been told.
    fn item<'a>(&mut self, spot: Spot<'_>, list: &ListInfo, index: usize, tok: Tok<'a>) -> Option<Item<'a>> {
        let mut item = Item { index, kind: 0, parts: vec![Tok::Absent; list.parts.len()] };
        let mut met = Met::new(list.parts.len());
        let mut sound = true;
        let object = of_object(tok, |key, value| {
            match list.parts.iter().enumerate().find(|(_, part)| part.name == key) {
                None => {
                    self.unknown(spot.part(key));
                    sound = false;
                }
                Some((at, _)) if !met.first(at) => {
                    self.twice(spot.part(key));
                    sound = false;
                }
                Some((_, part)) if part.role == PartRole::Type => match kind(list, value) {
                    Some(kind) => item.kind = kind,
                    None => {
                        self.invalid(spot.part(key), &format!("one of {}", list.kinds.join(", ")), None);
                        sound = false;
                    }
                },
                Some((at, part)) if part.role == PartRole::Row => {
                    if let Some(place) = item.parts.get_mut(at) {
                        *place = value;
                    }
                }
                // Derived: whatever it is, it follows from the rest.
                Some(_) => {}
            }
            !self.full()
        });
        if !object {
            self.invalid(spot, "an object", None);
        }
        (object && sound).then_some(item)
    }

    fn typed<'a>(&mut self, spot: Spot<'_>, list: &ListInfo, places: &mut [Place<'a>], item: Item<'a>) {
        let word = list.kinds.get(usize::from(item.kind).wrapping_sub(1)).copied().unwrap_or_default();
        match places.iter_mut().find(|place| place.kind == item.kind) {
            None => {
                let detail = format!("this CRM has no place for {word}; it has {}", kinds(list, places));
                self.error(spot, WriteErrorKind::NoPlace, detail, None);
            }
            Some(Place { item: Some(_), .. }) => {
                let detail = format!("this CRM has one place for {word}, and an item before this one takes it");
                self.error(spot, WriteErrorKind::DuplicateItem, detail, None);
            }
            Some(place) => place.item = Some(item),
        }
    }

    /// Puts an item without a type into the first place that is free and can
    /// hold all of its values here.
    fn untyped<'a>(&mut self, spot: Spot<'_>, list: &ListInfo, places: &mut [Place<'a>], item: Item<'a>) {
        let spot = Spot { item: Some(item.index), ..spot };
        let valued: Vec<usize> = (0..item.parts.len()).filter(|&at| !tok(&item, at).is_nothing()).collect();
        if valued.is_empty() {
            return self.invalid(spot, "an item with a value or a type", None);
        }
        let writable = self.spec.writable;
        let holds = |place: &Place<'_>, at: usize| {
            let path = place.row(at).and_then(written);
            path.is_some_and(|path| writable(path) == Writable::Yes)
        };
        let twin = |at: usize| {
            let other = same_slot(list.parts.get(at)?.name)?;
            list.parts.iter().position(|part| part.name == other).filter(|other| valued.contains(other))
        };
        let fits = |place: &Place<'_>| {
            valued.iter().all(|&at| holds(place, at) || twin(at).is_some_and(|other| holds(place, other)))
        };
        match places.iter_mut().find(|place| place.item.is_none() && fits(place)) {
            Some(place) => place.item = Some(item),
            None => {
                let detail = format!("this CRM has no free place for it; it has {}", kinds(list, places));
                self.error(spot, WriteErrorKind::NoPlace, detail, None);
            }
        }
    }

    /// Writes the rows of one place: the item's values, and nothing where it
    /// has none.
    fn place(&mut self, spot: Spot<'_>, list: &ListInfo, place: &Place<'_>) {
        let spot = Spot { item: place.item.as_ref().map(|item| item.index), ..spot };
        let value = |at: usize| place.item.as_ref().map_or(Tok::Absent, |item| tok(item, at));
        for (at, part) in list.parts.iter().enumerate() {
            if part.role != PartRole::Row {
                continue;
            }
            let twin = same_slot(part.name)
                .and_then(|name| list.parts.iter().position(|other| other.name == name))
                .filter(|&other| place.row(other).is_some());
            let here = spot.part(part.name);
            match (place.row(at), twin) {
                (Some(_), Some(other)) if at > other => {
                    // Text and code as one value, when the first of them came.
                }
                (Some(_), Some(other)) => self.pair(spot, list, place, at, other),
                (Some(row), None) => self.part(here, row, value(at)),
                (None, other) => {
                    let said = other.is_some_and(|other| !value(other).is_nothing());
                    if !value(at).is_nothing() && !said {
                        let detail = format!("this CRM has no place for {} here", part.name);
                        self.error(here, WriteErrorKind::NoPlace, detail, None);
                    }
                }
            }
        }
    }

    fn part(&mut self, spot: Spot<'_>, row: &Row, tok: Tok<'_>) {
        // What is only read may stand there; its absence changes nothing.
        if written(row).is_some() || !tok.is_nothing() {
            self.row(spot, row, tok);
        }
    }

    /// Text and code of a state or country: the provider keeps them in step,
    /// so one of them is enough, and clearing one clears both.
    fn pair(&mut self, spot: Spot<'_>, list: &ListInfo, place: &Place<'_>, text: usize, code: usize) {
        let value = |at: usize| place.item.as_ref().map_or(Tok::Absent, |item| tok(item, at));
        let (Some(text_row), Some(code_row)) = (place.row(text), place.row(code)) else {
            return;
        };
        let name = |at: usize| list.parts.get(at).map_or("", |part| part.name);
        let (text_spot, code_spot) = (spot.part(name(text)), spot.part(name(code)));
        let writable = self.spec.writable;
        let usable = |row: &Row| written(row).is_some_and(|path| writable(path) == Writable::Yes);
        let by_code = match (value(text).is_nothing(), value(code).is_nothing()) {
            (false, false) => usable(code_row),
            (true, true) => usable(code_row) && !usable(text_row),
            (text_missing, _) => text_missing,
        };
        let (spot, row, tok) =
            if by_code { (code_spot, code_row, value(code)) } else { (text_spot, text_row, value(text)) };
        let (other_spot, other_row, other) =
            if by_code { (text_spot, text_row, value(text)) } else { (code_spot, code_row, value(code)) };
        self.part(spot, row, tok);
        // Not sent, and yet a value of its kind.
        if let Way::Both { path, codec } | Way::Write { path, codec } = &other_row.way
            && let Err(misfit) = codec.write(other)
        {
            self.invalid(other_spot, misfit.0, Some(path));
        }
    }
}

fn tok<'a>(item: &Item<'a>, part: usize) -> Tok<'a> {
    item.parts.get(part).copied().unwrap_or(Tok::Absent)
}

/// 1 + the index of a type's word; 0 for null.
fn kind(list: &ListInfo, tok: Tok<'_>) -> Option<u8> {
    if tok == Tok::Null {
        return Some(0);
    }
    let text = tok.text()?;
    let index = list.kinds.iter().position(|word| *word == text)?;
    u8::try_from(index + 1).ok()
}

/// The provider field that a row writes.
fn written(row: &Row) -> Option<&'static str> {
    match row.way {
        Way::Both { path, .. } | Way::Write { path, .. } => Some(path),
        Way::Read { .. } | Way::Custom { .. } | Way::Absent(_) => None,
    }
}

/// The types that have a place, in the table's order.
fn kinds(list: &ListInfo, places: &[Place<'_>]) -> String {
    let word = |place: &Place<'_>| list.kinds.get(usize::from(place.kind).wrapping_sub(1)).copied();
    let words: Vec<&str> = places.iter().filter_map(word).collect();
    if words.is_empty() { format!("{} in all", places.len()) } else { words.join(", ") }
}

/// The name of the part that says the same as this one in another form.
pub(crate) fn same_slot(part: &str) -> Option<&'static str> {
    match part {
        "state" => Some("state_code"),
        "state_code" => Some("state"),
        "country" => Some("country_code"),
        "country_code" => Some("country"),
        _ => None,
    }
}
