//! Builds a plan: one pass over the model's fields in order.

use heddle_model::{FieldInfo, Kind, ListInfo, Model, Object, PartInfo, PartRole, Role};

use super::{Missing, Plan, PlanSpec, Unusable};
use crate::codec::{BOOL, Erased, ID, NamedCodec, TEXT, TIMESTAMP_OR_MS};
use crate::keys::Tree;
use crate::ops::{CustomOp, Item, Label, Op, Part, Pre, Value};
use crate::overlay::{MAPPED_PREFIX, Overlay};
use crate::row::{Row, Way, Why};
use crate::table::Clear;
use crate::tok::{push_escaped, push_string};

pub(super) fn build(spec: &PlanSpec<'_>, overlay: &Overlay<'_>) -> Plan {
    let mut builder = Builder {
        spec,
        overlay,
        tree: Tree::new(),
        ops: Vec::with_capacity(64),
        labels: Vec::with_capacity(64),
        missing: Vec::new(),
        unusable: Vec::new(),
        absent: Vec::new(),
        pending: Vec::with_capacity(256),
        first: true,
        raw_of: None,
    };
    let id = builder.tree.slot(spec.table.id);
    let fields = Model::of(spec.table.object).map_or(&[][..], Model::fields);
    for (index, field) in fields.iter().enumerate() {
        if builder.selected(field) {
            builder.field(index, field);
        }
    }
    if builder.first {
        builder.pending.push(b'{');
    }
    builder.pending.push(b'}');
    let pre = builder.take();
    builder.ops.push(Op::End { pre });
    let described = spec.described;
    let modified = described(spec.table.modified).then(|| builder.tree.slot(spec.table.modified));
    let sort = spec.sort.and_then(|name| builder.sort(name));
    let mut tree = builder.tree;
    tree.finish();
    Plan {
        id,
        modified,
        sort,
        tree,
        ops: builder.ops,
        labels: builder.labels,
        missing: builder.missing,
        unusable: builder.unusable,
        absent: builder.absent,
        empty_is_null: spec.table.clear == Clear::EmptyText,
    }
}

struct Builder<'a> {
    spec: &'a PlanSpec<'a>,
    overlay: &'a Overlay<'a>,
    tree: Tree,
    ops: Vec<Op>,
    labels: Vec<Label>,
    missing: Vec<Missing>,
    unusable: Vec<Unusable>,
    absent: Vec<(&'static str, Why)>,
    /// Constant bytes that the next op will start with.
    pending: Vec<u8>,
    /// Whether no field has been written yet.
    first: bool,
    /// Index and slot of the field just written, for an enum's `_raw` twin.
    raw_of: Option<(usize, usize)>,
}

impl Builder<'_> {
    fn selected(&self, field: &FieldInfo) -> bool {
        let named = |list: &[String]| list.iter().any(|n| n == field.name);
        match field.role {
            Role::Expand => named(self.spec.expand),
            Role::Raw => self.spec.raw,
            // Overlays make these; a table alone has none.
            Role::Mapped if self.overlay.mapped.is_empty() => false,
            Role::Mapped => self.spec.fields.is_none_or(|f| named(f) || f.iter().any(|n| n.starts_with(MAPPED_PREFIX))),
            Role::Custom => {
                let below = |name: &String| name.strip_prefix(field.name).is_some_and(|rest| rest.starts_with('.'));
                self.spec.fields.is_none_or(|f| named(f) || f.iter().any(below))
            }
            _ => self.spec.fields.is_none_or(named),
        }
    }

    fn take(&mut self) -> Pre {
        Pre::new(std::mem::take(&mut self.pending))
    }

    fn name(&mut self, name: &str) {
        self.pending.push(if self.first { b'{' } else { b',' });
        self.first = false;
        push_string(name, &mut self.pending);
        self.pending.push(b':');
    }

    fn null(&mut self) {
        self.pending.extend_from_slice(b"null");
    }

    fn text(&mut self, text: &str) {
        push_string(text, &mut self.pending);
    }

    fn label(&mut self, field: &str, provider_field: &str) -> usize {
        self.labels.push(Label { field: field.to_owned(), provider_field: provider_field.to_owned() });
        self.labels.len() - 1
    }

    /// The value at a path, or `None`, noted as missing, when this connection
    /// does not have the field.
    fn value(&mut self, field: &str, path: &'static str, codec: Erased) -> Option<Value> {
        if path != self.spec.table.id && !(self.spec.described)(path) {
            if self.spec.table.object == Object::Record {
                // No two objects have the same fields: it lacks nothing.
                return None;
            }
            self.missing.push(Missing { field: field.to_owned(), provider_field: path });
            return None;
        }
        let slot = self.tree.slot(path);
        let label = Some(self.label(field, path));
        Some(Value { slot, codec, label, list: false })
    }

    fn column(&mut self, field: &FieldInfo, path: Option<&'static str>, codec: Erased) {
        match path.and_then(|path| self.value(field.name, path, codec)) {
            Some(value) => {
                let pre = self.take();
                let list = matches!(field.kind, Kind::List(_));
                self.ops.push(Op::Value { pre, value: Value { list, ..value } });
            }
            None => self.null(),
        }
    }

    fn field(&mut self, index: usize, field: &'static FieldInfo) {
        self.name(field.name);
        let (table, constants) = (self.spec.table, self.spec.constants);
        match field.role {
            Role::Id | Role::RemoteId => self.column(field, Some(table.id), ID.erased),
            Role::Created => self.column(field, table.created, TIMESTAMP_OR_MS.erased),
            Role::Modified => self.column(field, Some(table.modified), TIMESTAMP_OR_MS.erased),
            Role::Deleted => self.column(field, table.deleted, BOOL.erased),
            Role::Object if table.object == Object::Record => self.text(table.provider_object),
            Role::Object => self.text(table.object.singular()),
            Role::Connection => self.text(constants.connection_id),
            Role::Provider => self.text(constants.provider),
            Role::Url => self.url(),
            Role::RawWord => match self.raw_of {
                Some((before, slot)) if before + 1 == index => {
                    let (codec, label) = (TEXT.erased, None);
                    let value = Value { slot, codec, label, list: false };
                    let pre = self.take();
                    self.ops.push(Op::Value { pre, value });
                }
                _ => self.raw_word(index),
            },
            Role::Custom => self.custom_fields(field.name),
            Role::Mapped => self.mapped_fields(),
            Role::Raw => {
                let pre = self.take();
                self.ops.push(Op::Raw { pre });
            }
            Role::Write | Role::Read | Role::Expand => match field.kind {
                Kind::List(list) if !list.parts.is_empty() => self.list(index, field, list),
                Kind::Named(_, parts) => self.group(index, field, parts),
                Kind::Money(parts) => self.money(index, field, parts),
                _ => self.scalar(index, field),
            },
        }
    }

    fn rows(&self, index: usize) -> impl Iterator<Item = &'static Row> + use<> {
        let rows = self.spec.table.rows;
        rows.iter().filter(move |r| usize::from(r.place.field) == index)
    }

    fn scalar(&mut self, index: usize, field: &'static FieldInfo) {
        let row = self.rows(index).next();
        let otherwise = row.and_then(|row| row.otherwise);
        match (row.map(|row| row.way), otherwise) {
            (Some(Way::Both { path, .. } | Way::Read { path, .. }), Some(text)) if !(self.spec.described)(path) => {
                self.text(text);
            }
            (Some(Way::Both { path, codec } | Way::Read { path, codec }), _) => {
                self.column(field, Some(path), codec);
                self.raw_of = match self.ops.last() {
                    Some(Op::Value { value, .. }) if self.pending.is_empty() => Some((index, value.slot)),
                    _ => None,
                };
            }
            (Some(Way::Custom { uses, read }), _) => self.custom_row(field, uses, read),
            (Some(Way::Absent(why)), _) => {
                if self.spec.fields.is_some() {
                    self.absent.push((field.name, why));
                }
                self.null();
            }
            (Some(Way::Write { .. }) | None, _) => self.null(),
        }
    }

    /// The `_raw` twin of an enum that is not itself selected.
    fn raw_word(&mut self, index: usize) {
        let path = self.rows(index.wrapping_sub(1)).find_map(|r| match r.way {
            Way::Both { path, .. } | Way::Read { path, .. } => Some(path),
            _ => None,
        });
        let field = Model::of(self.spec.table.object).and_then(|m| m.fields().get(index));
        match field {
            Some(field) if !self.noted(path) => self.column(field, path, TEXT.erased),
            _ => self.null(),
        }
    }

    /// Whether a provider field has been found missing already.
    fn noted(&self, path: Option<&str>) -> bool {
        self.missing.iter().any(|m| Some(m.provider_field) == path)
    }

    fn custom_row(&mut self, field: &FieldInfo, uses: &'static [&'static str], read: crate::row::CustomRead) {
        let mut slots = Vec::with_capacity(uses.len());
        for path in uses {
            let value = self.value(field.name, path, TEXT.erased);
            slots.push(value.map_or(usize::MAX, |v| v.slot));
        }
        let label = self.label(field.name, uses.first().copied().unwrap_or_default());
        let pre = self.take();
        self.ops.push(Op::Custom { pre, slots, read, label });
    }

    fn url(&mut self) {
        let constants = self.spec.constants;
        if constants.url_prefix.is_empty() {
            self.null();
            return;
        }
        let escaped = |text: &str| {
            let mut out = Vec::with_capacity(text.len());
            push_escaped(text, &mut out);
            out
        };
        let op = Op::Url {
            id: self.tree.slot(self.spec.table.id),
            prefix: escaped(constants.url_prefix),
            suffix: escaped(constants.url_suffix),
            pre: self.take(),
        };
        self.ops.push(op);
    }

    fn list(&mut self, index: usize, field: &'static FieldInfo, list: &'static ListInfo) {
        let mut kinds: Vec<u8> = Vec::new();
        for row in self.rows(index) {
            if row.place.part != 0 && !kinds.contains(&row.place.item) {
                kinds.push(row.place.item);
            }
        }
        if kinds.is_empty() {
            return self.scalar(index, field);
        }
        let pre = self.take();
        let mut items = Vec::with_capacity(kinds.len());
        for item in kinds {
            let kind = list.kinds.get(usize::from(item).wrapping_sub(1)).copied();
            let item = self.item(index, field, list.parts, item, kind);
            if item.parts.iter().any(|p| matches!(p, Part::Value { .. })) {
                items.push(item);
            }
        }
        self.ops.push(Op::List { pre, items });
    }

    fn group(&mut self, index: usize, field: &'static FieldInfo, parts: &'static [PartInfo]) {
        if self.rows(index).all(|r| r.place.part == 0) {
            return self.scalar(index, field);
        }
        let pre = self.take();
        let item = self.item(index, field, parts, 0, None);
        self.ops.push(Op::Group { pre, item });
    }

    /// A sum of money: null without an amount, whatever the currency.
    fn money(&mut self, index: usize, field: &'static FieldInfo, parts: &'static [PartInfo]) {
        let amount = self.rows(index).find(|r| r.place.part <= 1).and_then(|r| r.reads().first());
        match amount {
            Some(path) if (self.spec.described)(path) => self.group(index, field, parts),
            Some(path) => {
                self.missing.push(Missing { field: format!("{}.amount", field.name), provider_field: path });
                self.null();
            }
            None => self.null(),
        }
    }

    /// The parts of one item. Ends with nothing pending.
    fn item(
        &mut self,
        index: usize,
        field: &FieldInfo,
        infos: &'static [PartInfo],
        item: u8,
        kind: Option<&'static str>,
    ) -> Item {
        let mut parts: Vec<Part> = Vec::with_capacity(infos.len());
        for (at, info) in infos.iter().enumerate() {
            if info.role == PartRole::Derived
                && let Some(Part::Value { e164, .. }) = parts.last_mut()
                && self.pending.is_empty()
            {
                *e164 = Some(Pre::new(format!(",\"{}\":", info.name).into_bytes()));
                continue;
            }
            self.pending.push(if at == 0 { b'{' } else { b',' });
            self.text(info.name);
            self.pending.push(b':');
            match info.role {
                PartRole::Type => self.text(kind.unwrap_or("OTHER")),
                PartRole::Primary => parts.push(Part::Primary { pre: self.take() }),
                PartRole::Derived => self.null(),
                PartRole::Row => {
                    let way = self
                        .rows(index)
                        .find(|r| r.place.item == item && usize::from(r.place.part) == at + 1)
                        .map(|r| r.way);
                    let value = match way {
                        // The account has one currency, which no record names.
                        Some(Way::Both { path, .. } | Way::Read { path, .. })
                            if is_currency(field, at)
                                && !(self.spec.described)(path)
                                && self.overlay.currency.is_some() =>
                        {
                            self.text(self.overlay.currency.unwrap_or_default());
                            continue;
                        }
                        Some(Way::Both { path, codec } | Way::Read { path, codec }) => {
                            self.value(&format!("{}.{}", field.name, info.name), path, codec)
                        }
                        _ => None,
                    };
                    match value {
                        Some(value) => parts.push(Part::Value { pre: self.take(), value, e164: None }),
                        None => self.null(),
                    }
                }
            }
        }
        self.pending.push(b'}');
        let end = self.take();
        let slots = parts.iter().filter_map(|part| match part {
            Part::Value { value, .. } => Some(value.slot),
            Part::Primary { .. } => None,
        });
        if let Kind::Money(_) = field.kind {
            return Item { slots: slots.take(1).collect(), parts, end, first_decides: true };
        }
        let slots = slots.collect();
        Item { slots, parts, end, first_decides: false }
    }

    fn custom_fields(&mut self, whole: &str) {
        let pre = self.take();
        let mut fields = Vec::with_capacity(self.spec.custom.len());
        for field in self.spec.custom {
            let name = format!("{whole}.{}", field.key);
            let wanted = self.spec.fields.is_none_or(|f| f.iter().any(|n| n == whole || *n == name));
            if !wanted {
                continue;
            }
            let path = match self.spec.table.wrap {
                Some(wrap) => format!("{wrap}.{}", field.key),
                None => field.key.clone(),
            };
            let mut pre = vec![if fields.is_empty() { b'{' } else { b',' }];
            push_string(&field.key, &mut pre);
            pre.push(b':');
            fields.push(CustomOp {
                pre: Pre::new(pre),
                slot: self.tree.slot(&path),
                kind: field.kind,
                label: self.label(&name, &path),
            });
        }
        self.pending.extend_from_slice(if fields.is_empty() { b"{}" } else { b"}" });
        self.ops.push(Op::CustomFields { pre, fields });
    }

    /// Each value on its own, so that one that does not fit is null and named
    /// in a warning: the operator chose its kind.
    fn mapped_fields(&mut self) {
        self.pending.push(b'{');
        let mut first = true;
        for field in self.overlay.mapped.iter().filter(|field| field.reads) {
            let name = format!("{MAPPED_PREFIX}{}", field.name);
            if !self.spec.fields.is_none_or(|f| f.iter().any(|n| n == "mapped_fields" || *n == name)) {
                continue;
            }
            if let Some(reason) = field.unusable.clone() {
                self.unusable.push(Unusable { field: name, provider_field: field.path.clone(), reason });
                continue;
            }
            if !first {
                self.pending.push(b',');
            }
            first = false;
            self.text(&field.name);
            self.pending.push(b':');
            let slot = self.tree.slot(&field.path);
            let label = Some(self.label(&name, &field.path));
            let value = Value { slot, codec: field.codec.erased(), label, list: field.codec == NamedCodec::List };
            let pre = self.take();
            self.ops.push(Op::Value { pre, value });
        }
        self.pending.push(b'}');
    }

    fn sort(&mut self, name: &str) -> Option<(usize, Erased)> {
        if let Some((path, codec)) = crate::filter::custom_of(self.spec.table, self.spec.custom, name) {
            return Some((self.tree.slot(&path), codec));
        }
        let (path, codec) = crate::filter::scalar_column(self.spec.table, name)?;
        (self.spec.described)(path).then(|| (self.tree.slot(path), codec))
    }
}

/// Whether a part, by its place, is the currency of a sum of money.
const fn is_currency(field: &FieldInfo, part: usize) -> bool {
    matches!(field.kind, Kind::Money(_)) && part == 1
}
