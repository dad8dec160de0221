//! Damaged bodies, the same for the same seed.

/// A small generator of numbers (xorshift64*): the support code is used by
/// packages with different dependencies.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        high as usize % below.max(1)
    }
}

const TOKENS: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1.5e3",
    "01",
    "1.",
    "+1",
    "-",
    "\"\"",
    "\"x\"",
    "{}",
    "[]",
    "[[[[",
    "]]]]",
    "{\"a\":",
    "}",
    ",",
    ",,",
    ":",
    "\\",
    "\"",
    "\\u0000",
    "\\ud83d",
    "\\ude00",
    "\\u00e9",
    "\"\\ud83d\\ude00\"",
    "\n",
    "\t",
    " ",
    "\u{1}",
    "é",
    "\u{1f600}",
    "\"Id\":null",
    "\"records\":",
    "\"Account\":\"x\"",
    "\"Account\":null,",
    "\"Account\":{\"Name\":\"y\"},",
    "\"LastName\":1,",
    "\"First\\u004eame\":\"z\",",
    "\"done\":true,",
    "\"records\":[],",
    "1e999",
];

/// Damages a body once or a few times: flips, cuts, splices, thrown-in tokens.
pub(crate) fn mutate(dice: &mut Dice, body: &mut Vec<u8>) {
    for _ in 0..=dice.roll(3) {
        let len = body.len();
        let at = dice.roll(len + 1);
        match dice.roll(8) {
            0 if len > 0 => body[at % len] ^= 1 << dice.roll(8),
            1 if len > 0 => body[at % len] = b"\"\\{}[],:0-enulst"[dice.roll(16)],
            2 => body.truncate(at),
            3 => {
                let to = (at + dice.roll(40)).min(len);
                body.drain(at..to);
            }
            4 => {
                let to = (at + dice.roll(200)).min(len);
                let piece = body[at..to].to_vec();
                let into = dice.roll(len + 1);
                body.splice(into..into, piece);
            }
            _ => {
                let token = TOKENS[dice.roll(TOKENS.len())];
                // Most thrown-in tokens stand where a value or a key may.
                let into = (at..len).find(|&i| matches!(body[i], b',' | b':' | b'{' | b'[')).map_or(at, |i| i + 1);
                body.splice(into..into, token.bytes());
            }
        }
    }
}
