//! The provider's keys that a plan reads, as a tree of small hash tables.

use crate::scan::special;

/// What to do with the value of a key. Two plain numbers, because one is
/// copied for every key of every record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Action {
    /// The slot that gets the value, or [`Action::NONE`].
    pub(crate) slot: u32,
    /// The node that reads the members of the value, or [`Action::NONE`].
    pub(crate) down: u32,
}

impl Action {
    pub(crate) const NONE: u32 = u32::MAX;
    pub(crate) const SKIP: Action = Action { slot: Action::NONE, down: Action::NONE };
}

#[derive(Debug)]
struct Key {
    name: String,
    /// The name's [`head`], which is all of it for most names.
    head: Head,
    action: Action,
}

/// The keys of one object: of the record, or of an object inside it.
#[derive(Debug, Default)]
pub(crate) struct Node {
    keys: Vec<Key>,
    /// Open addressing: 1 + the key's index, or 0. Empty until finished.
    table: Vec<u32>,
    /// Which bits of the hash the table goes by.
    shift: u32,
    /// Every slot below this node.
    pub(crate) below: Vec<u32>,
}

impl Node {
    /// The index of keys that the plan does not read.
    pub(crate) const NONE: u32 = u32::MAX;

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The index of a key, or [`Node::NONE`]. The key is the first `len` bytes of `from`, which
    /// may go on behind it. Written without branches that depend on the key,
    /// because in keys of no steady order none of them could be foretold.
    pub(crate) fn find(&self, from: &[u8], len: usize) -> u32 {
        self.find_by(from, len, head(from, len))
    }

    /// The same for a plain key with its colon right behind it, as nearly all
    /// are: its length and index, found without parsing it first. `from`
    /// starts behind the opening quote. `None` for every other key.
    #[inline]
    pub(crate) fn find_plain(&self, from: &[u8]) -> Option<(usize, u32)> {
        let bytes = from.first_chunk::<HEAD>()?;
        let [a, b, c] = words(bytes, HEAD);
        let (a, b, c) = (special(a), special(b), special(c));
        let (hits, before) = if a | b == 0 { (c, 16) } else { (b, 8) };
        let (hits, before) = if a == 0 { (hits, before) } else { (a, 0) };
        let len = before + hits.trailing_zeros() as usize / 8;
        // Without a hit the length is 24, where nothing is known yet.
        let plain = hits != 0 && from.get(len..len + 2) == Some(b"\":");
        plain.then(|| (len, self.find_by(from, len, words(bytes, len))))
    }

    #[inline]
    fn find_by(&self, from: &[u8], len: usize, head: Head) -> u32 {
        let mask = self.table.len().wrapping_sub(1);
        let mut at = place(hash(from, len, head), self.shift) & mask;
        loop {
            let index = self.table.get(at).map_or(Node::NONE, |place| place.wrapping_sub(1));
            let Some(found) = self.keys.get(index as usize) else {
                return Node::NONE;
            };
            // Word by word: arrays would be compared in memory, just stored.
            let [a, b, c] = found.head;
            let differs = (a ^ head[0]) | (b ^ head[1]) | (c ^ head[2]);
            if differs | (found.name.len() ^ len) as u64 == 0
                && (len <= HEAD || from.get(..len) == Some(found.name.as_bytes()))
            {
                return index;
            }
            at = (at + 1) & mask;
        }
    }

    /// What to do with the value of the key at an index.
    #[inline]
    pub(crate) fn action(&self, index: u32) -> Action {
        self.keys.get(index as usize).map_or(Action::SKIP, |key| key.action)
    }

    fn position(&mut self, name: &str) -> usize {
        if let Some(at) = self.keys.iter().position(|k| k.name == name) {
            return at;
        }
        self.keys.push(Key { name: name.to_owned(), head: head(name.as_bytes(), name.len()), action: Action::SKIP });
        self.keys.len() - 1
    }

    fn finish(&mut self) {
        // An eighth full at most, and by those bits of the hash that make the
        // fewest keys share a place: a second look is a surprise each time.
        let size = (self.keys.len() * 8).next_power_of_two();
        let mut best = usize::MAX;
        for shift in (8..48).step_by(4) {
            let (table, moved) = self.arrange(size, shift);
            if moved < best {
                (self.table, self.shift, best) = (table, shift, moved);
            }
            if best == 0 {
                break;
            }
        }
    }

    /// The table by one choice of bits, and how many keys lie beside their
    /// place.
    fn arrange(&self, size: usize, shift: u32) -> (Vec<u32>, usize) {
        let mut table = vec![0; size];
        let mut moved = 0;
        for (index, key) in self.keys.iter().enumerate() {
            let hash = hash(key.name.as_bytes(), key.name.len(), key.head);
            let mut at = place(hash, shift) & (size - 1);
            while table[at] != 0 {
                at = (at + 1) & (size - 1);
                moved += 1;
            }
            table[at] = number(index + 1);
        }
        (table, moved)
    }
}

/// The part of a hash that a table goes by.
#[inline]
fn place(hash: u64, shift: u32) -> usize {
    (hash >> shift) as usize
}

/// Counts here are of keys, far below 2^32.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// How many bytes of a key are looked at as whole words.
const HEAD: usize = 24;

/// The first [`HEAD`] bytes of a key, zeros behind shorter ones.
type Head = [u64; HEAD / 8];

#[inline]
fn head(from: &[u8], len: usize) -> Head {
    let Some(bytes) = from.first_chunk::<HEAD>() else {
        // Near the end of the body.
        let mut padded = [0; HEAD];
        let len = len.min(from.len());
        for (place, &b) in padded.iter_mut().zip(from.get(..len).unwrap_or_default()) {
            *place = b;
        }
        return words(&padded, len);
    };
    words(bytes, len)
}

#[inline]
fn words(bytes: &[u8; HEAD], len: usize) -> Head {
    let (a, rest) = bytes.split_at(8);
    let (b, c) = rest.split_at(8);
    let word = |piece: &[u8], before: usize| {
        let used = len.saturating_sub(before).min(8);
        let kept = (1_u128 << (used * 8)) - 1;
        piece.first_chunk::<8>().map_or(0, |p| u64::from_le_bytes(*p)) & kept as u64
    };
    [word(a, 0), word(b, 8), word(c, 16)]
}

/// Multiply and fold.
#[inline]
fn hash(from: &[u8], len: usize, [a, b, c]: Head) -> u64 {
    let mut h = (a ^ len as u64)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(b.wrapping_mul(0xc2b2_ae3d_27d4_eb4f))
        .wrapping_add(c.wrapping_mul(0x1656_67b1_9e37_79f9));
    if let Some(rest) = from.get(HEAD..len) {
        for &b in rest {
            h = (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3);
        }
    }
    h ^ (h >> 32)
}

/// All nodes, the record's own first, and the slots they fill. A slot belongs
/// to a provider path: two rows with one path share it.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
    /// The path of every slot, in the order first named.
    pub(crate) paths: Vec<String>,
}

impl Tree {
    pub(crate) fn new() -> Tree {
        Tree { nodes: vec![Node::default()], paths: Vec::new() }
    }

    /// The slot of a path, made when new.
    pub(crate) fn slot(&mut self, path: &str) -> usize {
        if let Some(at) = self.paths.iter().position(|p| p == path) {
            return at;
        }
        let slot = self.paths.len();
        self.paths.push(path.to_owned());
        let mut node = 0;
        let mut rest = path;
        while let Some((head, tail)) = rest.split_once('.') {
            node = self.child(node, head);
            self.nodes[node].below.push(number(slot));
            rest = tail;
        }
        let at = self.nodes[node].position(rest);
        self.nodes[node].keys[at].action.slot = number(slot);
        slot
    }

    fn child(&mut self, node: usize, key: &str) -> usize {
        let at = self.nodes[node].position(key);
        let known = self.nodes[node].keys[at].action.down;
        if known != Action::NONE {
            return known as usize;
        }
        let child = self.nodes.len();
        self.nodes.push(Node::default());
        self.nodes[node].keys[at].action.down = number(child);
        child
    }

    /// Builds the hash tables; no slots are added afterwards.
    pub(crate) fn finish(&mut self) {
        self.nodes.iter_mut().for_each(Node::finish);
    }
}
