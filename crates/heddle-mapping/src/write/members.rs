//! The members of one JSON object that is already known to be JSON.

use crate::scan::{Bad, Scan};
use crate::tok::Tok;

/// Gives every member to `each`, until that says to stop.
pub(super) fn members<'a>(scan: &mut Scan<'a>, mut each: impl FnMut(&str, Tok<'a>, bool) -> bool) -> Result<(), Bad> {
    if !scan.open(b'}')? {
        return Ok(());
    }
    loop {
        let key = scan.key()?.text().unwrap_or_default();
        scan.lone = false;
        let tok = scan.value()?;
        let lone = std::mem::take(&mut scan.lone);
        if !each(&key, tok, lone) || !scan.more(b'}')? {
            return Ok(());
        }
    }
}

/// The members of a token that is an object; false for every other token.
pub(super) fn of_object<'a>(tok: Tok<'a>, mut each: impl FnMut(&str, Tok<'a>) -> bool) -> bool {
    match tok {
        Tok::Json(json @ [b'{', ..]) => members(&mut Scan::new(json), |key, tok, _| each(key, tok)).is_ok(),
        _ => false,
    }
}

/// The elements of a token that is an array; false for every other token.
pub(crate) fn of_array<'a>(tok: Tok<'a>, mut each: impl FnMut(usize, Tok<'a>) -> bool) -> bool {
    let Tok::Json(json @ [b'[', ..]) = tok else {
        return false;
    };
    let mut scan = Scan::new(json);
    let mut walk = || -> Result<(), Bad> {
        if !scan.open(b']')? {
            return Ok(());
        }
        let mut index = 0;
        while each(index, scan.value()?) && scan.more(b']')? {
            index += 1;
        }
        Ok(())
    };
    walk().is_ok()
}

/// The index of a name, noted as met; whether it was met before.
pub(super) struct Met(Vec<bool>);

impl Met {
    pub(super) fn new(count: usize) -> Met {
        Met(vec![false; count])
    }

    /// False when this is the second time.
    pub(super) fn first(&mut self, index: usize) -> bool {
        self.0.get_mut(index).is_some_and(|met| !std::mem::replace(met, true))
    }
}
