//! The provider's keys that a plan reads, as a tree of small hash tables.

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
    pub(crate) const SKIP: Action = Action {
        slot: Action::NONE,
        down: Action::NONE,
    };
}

#[derive(Debug)]
struct Key {
    name: String,
    action: Action,
}

/// The keys of one object: of the record, or of an object inside it.
#[derive(Debug, Default)]
pub(crate) struct Node {
    keys: Vec<Key>,
    /// Open addressing: 1 + the key's index, or 0. Empty until finished.
    table: Vec<u32>,
    /// Every slot below this node.
    pub(crate) below: Vec<u32>,
}

impl Node {
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The index and action of a key.
    #[inline]
    pub(crate) fn find(&self, key: &[u8]) -> Option<(usize, Action)> {
        let mask = self.table.len().checked_sub(1)?;
        let mut at = hash(key) & mask;
        loop {
            let index = (*self.table.get(at)? as usize).checked_sub(1)?;
            let found = self.keys.get(index)?;
            if same(found.name.as_bytes(), key) {
                return Some((index, found.action));
            }
            at = (at + 1) & mask;
        }
    }

    fn position(&mut self, name: &str) -> usize {
        if let Some(at) = self.keys.iter().position(|k| k.name == name) {
            return at;
        }
        self.keys.push(Key {
            name: name.to_owned(),
            action: Action::SKIP,
        });
        self.keys.len() - 1
    }

    fn finish(&mut self) {
        // A quarter full at most: a miss ends at the first empty place.
        let size = (self.keys.len() * 4).next_power_of_two();
        self.table = vec![0; size];
        for (index, key) in self.keys.iter().enumerate() {
            let mut at = hash(key.name.as_bytes()) & (size - 1);
            while self.table[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            self.table[at] = number(index + 1);
        }
    }
}

/// Counts here are of keys, far below 2^32.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Multiply and fold, eight bytes at a time, the last eight overlapping: one
/// step for keys below eight bytes and two up to sixteen, which most are.
#[inline]
fn hash(key: &[u8]) -> usize {
    let (first, last) = ends(key);
    let mut h = mix(key.len() as u64, first);
    if key.len() > 16 {
        let mut rest = key.get(8..).unwrap_or_default();
        while let Some((chunk, tail)) = rest.split_first_chunk::<8>() {
            h = mix(h, u64::from_le_bytes(*chunk));
            rest = tail;
        }
    }
    mix(h, last) as usize
}

#[inline]
fn mix(h: u64, word: u64) -> u64 {
    let h = (h ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    h ^ (h >> 32)
}

/// The first and the last eight bytes; of short keys the first and last four,
/// or all there are.
#[inline]
fn ends(key: &[u8]) -> (u64, u64) {
    if let (Some(first), Some(last)) = (key.first_chunk::<8>(), key.last_chunk::<8>()) {
        return (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
    }
    if let (Some(first), Some(last)) = (key.first_chunk::<4>(), key.last_chunk::<4>()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        return (u64::from(first), u64::from(last));
    }
    (key.iter().fold(0, |word, &b| word << 8 | u64::from(b)), 0)
}

/// Whether two keys are the same, without a call for short ones.
#[inline]
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && ends(a) == ends(b) && (a.len() <= 16 || a == b)
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
        Tree {
            nodes: vec![Node::default()],
            paths: Vec::new(),
        }
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
