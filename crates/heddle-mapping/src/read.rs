//! Reads a provider's answer: the envelope, then record after record, with
//! the key order of the first record remembered for the rest.

use crate::envelope::Envelope;
use crate::keys::{Action, Node};
use crate::page::{PageRead, PageWriter};
use crate::plan::Plan;
use crate::scan::{Bad, Scan};
use crate::tok::Tok;

/// An answer that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadPage {
    /// What was wrong, as a phrase.
    pub reason: &'static str,
    /// The byte where it was found.
    pub offset: usize,
}

impl std::fmt::Display for BadPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at byte {}", self.reason, self.offset)
    }
}

impl std::error::Error for BadPage {}

pub(crate) fn read(
    plan: &Plan,
    body: &[u8],
    envelope: &Envelope,
    take: usize,
    out: &mut Vec<u8>,
) -> Result<PageRead, BadPage> {
    // Once over the whole page: slices of it are text from here on.
    if simdutf8::basic::from_utf8(body).is_err() {
        let offset = std::str::from_utf8(body).map_or_else(|error| error.valid_up_to(), str::len);
        return Err(BadPage { reason: "not UTF-8", offset });
    }
    // Common records are longer than the provider's by links, types and nulls.
    out.reserve(body.len() + body.len() / 2);
    let mut reader = Reader {
        plan,
        scan: Scan::new(body),
        slots: vec![Tok::Absent; plan.asked().len()],
        orders: plan.tree.nodes.iter().map(|_| Order::default()).collect(),
        writer: PageWriter::new(plan, take, out),
        found: false,
        done: None,
        next: None,
    };
    let wanted = Wanted { records: Some(envelope.records), done: envelope.done, next: envelope.next };
    match reader.whole(wanted) {
        Ok(()) => {
            let (done, next) = (reader.done, reader.next);
            let page = reader.writer.finish(&reader.slots);
            Ok(PageRead { done, next, ..page })
        }
        Err(bad) => {
            reader.writer.abandon();
            Err(BadPage { reason: bad.reason, offset: bad.at })
        }
    }
}

/// The rest of the paths to look for below the current value.
#[derive(Debug, Clone, Copy)]
struct Wanted<'e> {
    records: Option<&'e str>,
    done: Option<&'e str>,
    next: Option<&'e str>,
}

impl<'e> Wanted<'e> {
    /// What is left of the paths behind this key.
    fn below(self, key: &[u8]) -> Wanted<'e> {
        let step = |path: Option<&'e str>| {
            let path = path?;
            let (head, tail) = path.split_once('.').unwrap_or((path, ""));
            (!path.is_empty() && head.as_bytes() == key).then_some(tail)
        };
        Wanted { records: step(self.records), done: step(self.done), next: step(self.next) }
    }

    fn nothing(self) -> bool {
        self.records.is_none() && self.done.is_none() && self.next.is_none()
    }
}

/// The keys of one node in the order of the first object read there.
#[derive(Debug, Default)]
struct Order<'b> {
    keys: Vec<Learned<'b>>,
    /// By key index: 1 + the place in `keys`, or 0.
    places: Vec<u32>,
    learned: bool,
    /// Given up for this page: the keys come in no steady order.
    off: bool,
    hits: u32,
    misses: u32,
}

/// A key with its quotes and colon as it stands in the body.
#[derive(Debug, Clone, Copy)]
struct Learned<'b> {
    text: &'b [u8],
    /// The text's first bytes, zeros behind a shorter one.
    head: [u8; HEAD],
    /// Ones where the text has bytes.
    mask: [u8; HEAD],
    action: Action,
}

/// Bytes of a learned key that are compared in one look.
const HEAD: usize = 32;

impl<'b> Learned<'b> {
    fn new(text: &'b [u8], action: Action) -> Learned<'b> {
        let (mut head, mut mask) = ([0; HEAD], [0; HEAD]);
        for ((head, mask), &byte) in head.iter_mut().zip(&mut mask).zip(text) {
            (*head, *mask) = (byte, 0xff);
        }
        Learned { text, head, mask, action }
    }

    /// Whether this key stands at the start of `rest`. Without a call and
    /// without a branch on the length: this is asked for every value.
    #[inline]
    fn begins(&self, rest: &[u8]) -> bool {
        let Some(found) = rest.first_chunk::<HEAD>() else {
            // Near the end of the body.
            return rest.starts_with(self.text);
        };
        let mut differs = 0;
        for ((&found, head), mask) in found.iter().zip(&self.head).zip(&self.mask) {
            differs |= (found & mask) ^ head;
        }
        differs == 0 && (self.text.len() <= HEAD || rest.starts_with(self.text))
    }
}

/// Misses that are borne before they are compared with the hits.
const PATIENCE: u32 = 64;

struct Reader<'p, 'o, 'b> {
    plan: &'p Plan,
    scan: Scan<'b>,
    slots: Vec<Tok<'b>>,
    orders: Vec<Order<'b>>,
    writer: PageWriter<'p, 'o>,
    found: bool,
    done: Option<bool>,
    next: Option<String>,
}

impl<'b> Reader<'_, '_, 'b> {
    fn whole(&mut self, wanted: Wanted<'_>) -> Result<(), Bad> {
        self.visit(wanted)?;
        self.scan.end()?;
        if self.found { Ok(()) } else { self.scan.bad("no records in the answer") }
    }

    /// Reads the value at the cursor, which is, or holds, something wanted.
    fn visit(&mut self, wanted: Wanted<'_>) -> Result<(), Bad> {
        self.scan.blanks();
        if wanted.records == Some("") {
            return self.records();
        }
        if wanted.done == Some("") {
            self.done = match self.scan.value()? {
                Tok::True => Some(true),
                Tok::False => Some(false),
                _ => None,
            };
            return Ok(());
        }
        if wanted.next == Some("") {
            self.next = match self.scan.value()? {
                Tok::Num(digits) => Some(String::from_utf8_lossy(digits).into_owned()),
                tok => tok.text().map(|text| text.into_owned()),
            };
            return Ok(());
        }
        let close = match self.scan.peek() {
            Some(b'{') => b'}',
            Some(b'[') => b']',
            _ => return self.scan.value().map(|_| ()),
        };
        if !self.scan.open(close)? {
            return Ok(());
        }
        let mut index = 0_usize;
        loop {
            let below = if close == b'}' {
                let key = self.scan.key()?;
                wanted.below(key.text().unwrap_or_default().as_bytes())
            } else {
                wanted.below(index.to_string().as_bytes())
            };
            if below.nothing() {
                self.scan.value()?;
            } else {
                self.visit(below)?;
            }
            if !self.scan.more(close)? {
                return Ok(());
            }
            index += 1;
        }
    }

    fn records(&mut self) -> Result<(), Bad> {
        // Of duplicate keys the last counts.
        self.writer.restart();
        self.found = true;
        match self.scan.peek() {
            Some(b'{') => self.one(),
            Some(b'[') => {
                if self.scan.open(b']')? {
                    loop {
                        self.one()?;
                        if !self.scan.more(b']')? {
                            break;
                        }
                    }
                }
                Ok(())
            }
            _ => {
                self.found = false;
                self.scan.value().map(|_| ())
            }
        }
    }

    fn one(&mut self) -> Result<(), Bad> {
        if self.scan.peek() != Some(b'{') {
            let tok = self.scan.value()?;
            self.writer.not_a_record(tok);
            return Ok(());
        }
        if self.writer.full() {
            self.scan.value()?;
            self.writer.extra();
            return Ok(());
        }
        let start = self.scan.at;
        self.scan.lone = false;
        self.slots.fill(Tok::Absent);
        self.object(0)?;
        let raw = self.scan.since(start);
        self.writer.record(&self.slots, raw, self.scan.lone);
        Ok(())
    }

    /// Reads an object of the plan into slots.
    fn object(&mut self, node: usize) -> Result<(), Bad> {
        let plan = self.plan;
        let Some(keys) = plan.tree.nodes.get(node) else {
            return self.scan.value().map(|_| ());
        };
        if !self.scan.open(b'}')? {
            return Ok(());
        }
        // Taken out so that objects below can use the others meanwhile.
        let mut order = self.orders.get_mut(node).map(std::mem::take).unwrap_or_default();
        if !order.learned {
            order.keys.reserve(keys.len() + 16);
            order.places.resize(keys.len(), 0);
        }
        let mut place = 0;
        loop {
            let expected = match order.keys.get(place) {
                Some(key) if order.learned && !order.off => {
                    let here = self.scan.body.get(self.scan.at..).is_some_and(|rest| key.begins(rest));
                    here.then_some((key.text.len(), key.action))
                }
                _ => None,
            };
            let action = match expected {
                _ if order.off => keys.action(self.look_up(keys)?),
                Some((length, action)) => {
                    self.scan.at += length;
                    place += 1;
                    order.hits += 1;
                    action
                }
                None => self.unexpected(keys, &mut order, &mut place)?,
            };
            self.member(action)?;
            if !self.scan.more(b'}')? {
                break;
            }
        }
        order.learned = true;
        if let Some(kept) = self.orders.get_mut(node) {
            *kept = order;
        }
        Ok(())
    }

    /// Parses a key that is not the expected one, and finds its place so that
    /// the next one may be.
    fn unexpected(&mut self, keys: &Node, order: &mut Order<'b>, place: &mut usize) -> Result<Action, Bad> {
        let start = self.scan.at;
        let found = self.look_up(keys)?;
        let action = keys.action(found);
        if !order.learned {
            let text = self.scan.since(start);
            order.keys.push(Learned::new(text, action));
            if let Some(known) = order.places.get_mut(found as usize) {
                *known = u32::try_from(order.keys.len()).unwrap_or(0);
            }
        } else {
            order.misses += 1;
            order.off = order.misses > PATIENCE && order.misses > order.hits;
            if let Some(&known @ 1..) = order.places.get(found as usize) {
                *place = known as usize;
            }
        }
        Ok(action)
    }

    /// Parses a key and finds its index in the plan.
    #[inline]
    fn look_up(&mut self, keys: &Node) -> Result<u32, Bad> {
        let start = self.scan.at + 1;
        if self.scan.peek() == Some(b'"')
            && let Some(from) = self.scan.body.get(start..)
            && let Some((len, index)) = keys.find_plain(from)
        {
            self.scan.at = start + len + 2;
            return Ok(index);
        }
        Ok(match self.scan.key()? {
            Tok::Str(key) => {
                let from = self.scan.body.get(start..).unwrap_or_default();
                keys.find(from, key.len())
            }
            key => {
                let text = key.text().unwrap_or_default();
                keys.find(text.as_bytes(), text.len())
            }
        })
    }

    /// Reads a member's value as its key says.
    #[inline]
    fn member(&mut self, action: Action) -> Result<(), Bad> {
        if action.down != Action::NONE {
            return self.nested(action);
        }
        // `Action::NONE` is no slot: the value is checked and passed over.
        match self.slots.get_mut(action.slot as usize) {
            Some(slot) => self.scan.value_into(slot),
            None => self.scan.value_into(&mut Tok::Absent),
        }
    }

    /// Reads a member that is, or should be, an object of the plan.
    fn nested(&mut self, action: Action) -> Result<(), Bad> {
        self.scan.blanks();
        let start = self.scan.at;
        let node = action.down as usize;
        if self.scan.peek() == Some(b'{') {
            self.fill_below(node, Tok::Absent);
            self.object(node)?;
            let whole = Tok::Json(self.scan.since(start));
            self.set(action.slot, whole);
            return Ok(());
        }
        let tok = self.scan.value()?;
        self.set(action.slot, tok);
        let below = match tok {
            Tok::Null => Tok::Null,
            // Whole, so that no codec takes it for its own value.
            _ => Tok::Json(self.scan.since(start)),
        };
        self.fill_below(node, below);
        Ok(())
    }

    #[inline]
    fn set(&mut self, slot: u32, tok: Tok<'b>) {
        // `Action::NONE` is no slot.
        if let Some(place) = self.slots.get_mut(slot as usize) {
            *place = tok;
        }
    }

    fn fill_below(&mut self, node: usize, tok: Tok<'b>) {
        let plan = self.plan;
        for &slot in plan.tree.nodes.get(node).map_or(&[][..], |n| &n.below) {
            self.set(slot, tok);
        }
    }
}
