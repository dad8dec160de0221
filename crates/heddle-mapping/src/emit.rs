//! Writes one record by a plan's ops, straight into the output bytes.

use crate::codec::{Erased, Fit, TIMESTAMP_OR_MS, push_quoted, push_text};
use crate::ops::{CustomOp, Item, Op, Part, Value};
use crate::page::{PageWriter, at};
use crate::tok::{Tok, copy_repaired};
use crate::warning::{VALUE_BYTES, Warning, WarningKind};

/// Writes the whole record.
pub(crate) fn record(w: &mut PageWriter<'_, '_>, slots: &[Tok<'_>], raw: &[u8], lone: bool) {
    let plan = w.plan;
    for op in &plan.ops {
        match op {
            Op::Value { pre, value } => {
                pre.push(w.out);
                put(w, value, slots);
            }
            Op::Url { pre, id, prefix, suffix } => {
                pre.push(w.out);
                url(w, at(slots, *id), prefix, suffix);
            }
            Op::List { pre, items } => {
                pre.push(w.out);
                w.out.push(b'[');
                let mut first = true;
                for item in items {
                    first &= !put_item(w, item, slots, first);
                }
                w.out.push(b']');
            }
            Op::Group { pre, item } => {
                pre.push(w.out);
                if !put_item(w, item, slots, true) {
                    w.out.extend_from_slice(b"null");
                }
            }
            Op::Custom { pre, slots: uses, read, label } => {
                pre.push(w.out);
                let toks: Vec<Tok<'_>> = uses.iter().map(|&slot| at(slots, slot)).collect();
                let start = w.out.len();
                let fit = read(&toks, w.out);
                let shown = toks.iter().copied().find(|t| !t.is_nothing());
                settle(w, fit, start, Some(*label), shown.unwrap_or(Tok::Null), slots);
                if w.out.len() == start {
                    w.out.extend_from_slice(b"null");
                }
            }
            Op::CustomFields { pre, fields } => {
                pre.push(w.out);
                for field in fields {
                    field.pre.push(w.out);
                    custom_field(w, field, slots, lone);
                }
            }
            Op::Raw { pre } => {
                pre.push(w.out);
                if lone {
                    copy_repaired(raw, w.out);
                } else {
                    w.out.extend_from_slice(raw);
                }
            }
            Op::End { pre } => pre.push(w.out),
        }
    }
}

/// Writes a value or `null`; true when it was a value.
#[inline]
fn put(w: &mut PageWriter<'_, '_>, value: &Value, slots: &[Tok<'_>]) -> bool {
    let tok = at(slots, value.slot);
    if nothing(w, tok) {
        if tok == Tok::Absent {
            not_sent(w, value.label, NOT_SENT);
        }
        let none: &[u8] = if value.list && tok != Tok::Absent { b"[]" } else { b"null" };
        w.out.extend_from_slice(none);
        return false;
    }
    if value.codec.as_sent
        && let Tok::Str(inner) | Tok::StrEsc(inner) = tok
    {
        // Most values by far: spared the call through a pointer.
        push_quoted(inner, w.out);
        return true;
    }
    let start = w.out.len();
    let fit = value.codec.read(tok, w.out);
    if fit == Fit::Ok {
        return true;
    }
    settle(w, fit, start, value.label, tok, slots);
    if w.out.len() == start {
        w.out.extend_from_slice(b"null");
        return false;
    }
    true
}

fn nothing(w: &PageWriter<'_, '_>, tok: Tok<'_>) -> bool {
    tok.is_nothing() || (w.plan.empty_is_null && tok == Tok::Str(b""))
}

/// Cuts a misfit back and warns.
#[cold]
fn settle(w: &mut PageWriter<'_, '_>, fit: Fit, start: usize, label: Option<usize>, tok: Tok<'_>, slots: &[Tok<'_>]) {
    let (kind, reason) = match fit {
        Fit::Ok => return,
        Fit::Repaired(reason) => (WarningKind::ValueRepaired, reason),
        Fit::Misfit(reason) => {
            w.out.truncate(start);
            (WarningKind::ValueMisfit, reason)
        }
        Fit::Elsewhere(reason) => {
            w.out.truncate(start);
            return not_sent(w, label, reason);
        }
    };
    let plan = w.plan;
    let Some(label) = label.and_then(|label| plan.labels.get(label)) else {
        return;
    };
    w.warnings.add(|| Warning {
        kind,
        record: at(slots, plan.id).shown(VALUE_BYTES),
        field: label.field.clone(),
        provider_field: label.provider_field.clone(),
        reason,
        value: tok.shown(VALUE_BYTES),
    });
}

const NOT_SENT: &str = "the CRM did not send this field";

/// Tells once a page that a field was not in a record.
#[cold]
fn not_sent(w: &mut PageWriter<'_, '_>, label: Option<usize>, reason: &'static str) {
    let plan = w.plan;
    let Some((index, label)) = label.and_then(|i| plan.labels.get(i).map(|l| (i, l))) else {
        return;
    };
    match w.told.get_mut(index) {
        Some(told) if !*told => *told = true,
        _ => return,
    }
    w.warnings.add(|| Warning {
        kind: WarningKind::FieldNotSent,
        record: None,
        field: label.field.clone(),
        provider_field: label.provider_field.clone(),
        reason,
        value: None,
    });
}

/// Writes an item unless all its values are null; true when it was written.
fn put_item(w: &mut PageWriter<'_, '_>, item: &Item, slots: &[Tok<'_>], first: bool) -> bool {
    if item.slots.iter().all(|&slot| at(slots, slot) == Tok::Null) {
        return false;
    }
    let start = w.out.len();
    if !first {
        w.out.push(b',');
    }
    let (mut present, mut decided) = (false, false);
    for part in &item.parts {
        match part {
            Part::Primary { pre } => {
                pre.push(w.out);
                w.out.extend_from_slice(if first { b"true" } else { b"false" });
            }
            Part::Value { pre, value, e164 } => {
                pre.push(w.out);
                let is_value = put(w, value, slots);
                present |= is_value && !decided;
                decided |= item.first_decides;
                if let Some(pre) = e164 {
                    pre.push(w.out);
                    push_e164(at(slots, value.slot), w.out);
                }
            }
        }
    }
    if present {
        item.end.push(w.out);
    } else {
        w.out.truncate(start);
    }
    present
}

/// A telephone number as `+` and 8 to 15 digits, or `null`: only what says
/// its country itself counts.
fn push_e164(tok: Tok<'_>, out: &mut Vec<u8>) {
    if let Tok::Str([b'+', rest @ ..]) = tok {
        let mut number = *b"+000000000000000";
        let mut digits = 0;
        for &b in rest {
            match b {
                b'0'..=b'9' => {
                    digits += 1;
                    match number.get_mut(digits) {
                        Some(place) => *place = b,
                        None => break,
                    }
                }
                b' ' | b'-' | b'.' | b'(' | b')' | b'/' => {}
                _ => {
                    digits = 0;
                    break;
                }
            }
        }
        if (8..=15).contains(&digits) && number[1] != b'0' {
            push_quoted(&number[..=digits], out);
            return;
        }
    }
    out.extend_from_slice(b"null");
}

fn url(w: &mut PageWriter<'_, '_>, id: Tok<'_>, prefix: &[u8], suffix: &[u8]) {
    match id {
        Tok::Str(id) | Tok::Num(id) if !id.is_empty() => {
            w.out.push(b'"');
            w.out.extend_from_slice(prefix);
            w.out.extend_from_slice(id);
            w.out.extend_from_slice(suffix);
            w.out.push(b'"');
        }
        _ => w.out.extend_from_slice(b"null"),
    }
}

/// Writes a custom field: by its kind, or as sent when it does not fit.
fn custom_field(w: &mut PageWriter<'_, '_>, op: &CustomOp, slots: &[Tok<'_>], lone: bool) {
    let tok = at(slots, op.slot);
    if nothing(w, tok) {
        if tok == Tok::Absent {
            not_sent(w, Some(op.label), NOT_SENT);
        }
        w.out.extend_from_slice(b"null");
        return;
    }
    let start = w.out.len();
    let fit = match op.kind.codec() {
        Some(codec) => codec.read(tok, w.out),
        None => as_sent(tok, lone, w.out),
    };
    if fit != Fit::Ok {
        settle(w, fit, start, Some(op.label), tok, slots);
        if w.out.len() == start {
            as_sent(tok, lone, w.out);
        }
    }
}

/// Writes a value as sent, so that it is JSON every client can read.
fn as_sent(tok: Tok<'_>, lone: bool, out: &mut Vec<u8>) -> Fit {
    match tok {
        Tok::Absent | Tok::Null => out.extend_from_slice(b"null"),
        Tok::True => out.extend_from_slice(b"true"),
        Tok::False => out.extend_from_slice(b"false"),
        Tok::Num(digits) => out.extend_from_slice(digits),
        Tok::Json(json) if lone => copy_repaired(json, out),
        Tok::Json(json) => out.extend_from_slice(json),
        Tok::Str(_) | Tok::StrEsc(_) | Tok::StrLone(_) => return push_text(tok, out),
    }
    Fit::Ok
}

/// Writes a timestamp without quotes; false when it is none.
pub(crate) fn timestamp(tok: Tok<'_>, out: &mut Vec<u8>) -> bool {
    if tok.is_nothing() || TIMESTAMP_OR_MS.erased.read(tok, out) != Fit::Ok {
        return false;
    }
    out.pop();
    out.remove(0);
    true
}

/// Writes a scalar as common JSON; `null` when it does not fit.
pub(crate) fn scalar(codec: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) {
    let start = out.len();
    if tok.is_nothing() || matches!(codec.read(tok, out), Fit::Misfit(_) | Fit::Elsewhere(_)) {
        out.truncate(start);
        out.extend_from_slice(b"null");
    }
}
