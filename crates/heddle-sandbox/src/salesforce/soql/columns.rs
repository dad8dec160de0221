//! SELECT: which fields a record shows, and its JSON.

use std::collections::HashMap;

use super::error::SoqlError;
use super::parse::Name;
use super::resolve::{Path, Resolver};
use crate::salesforce::ids::Id;
use crate::salesforce::org::{Org, Row};
use crate::salesforce::schema::{Kind, NAME, Object};
use crate::salesforce::value::{Value, write_string};

/// The fields of a record, in the order asked for.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    object: usize,
    nodes: Vec<Node>,
    /// Long text fields among them, all and custom ones.
    long_text: usize,
    custom_long_text: usize,
}

#[derive(Debug)]
enum Node {
    Field(String, usize),
    Address(String, Vec<(String, usize)>),
    Parent {
        name: String,
        reference: usize,
        columns: Columns,
    },
    /// A sub-query's rows by parent.
    Children {
        name: &'static str,
        columns: Columns,
        rows: HashMap<Id, Vec<u32>>,
    },
}

impl Columns {
    pub(super) fn select(resolver: &Resolver<'_>, names: &[Name<'_>]) -> Result<Columns, SoqlError> {
        let mut columns = Columns { object: resolver.object, ..Columns::default() };
        let mut seen = std::collections::HashSet::new();
        for name in names {
            let path = resolver.path(*name)?;
            if !seen.insert(path.clone()) {
                return Err(SoqlError::new("INVALID_FIELD", format!("duplicate field selected: {}", name.text)));
            }
            let field = resolver.field(&path);
            columns.long_text += usize::from(field.is_long_text());
            columns.custom_long_text += usize::from(field.is_long_text() && field.has('k'));
            columns.add(&resolver.schema.objects, &path, 0);
        }
        Ok(columns)
    }

    /// Fields of one object by position, all of one record.
    pub(crate) fn of_record(objects: &[Object], object: usize, fields: &[usize]) -> Columns {
        let mut columns = Columns { object, ..Columns::default() };
        for field in fields {
            let path = Path { steps: Vec::new(), object, field: *field };
            columns.add(objects, &path, 0);
        }
        columns
    }

    /// Shows the rows of a sub-query too.
    pub(super) fn add_children(&mut self, name: &'static str, columns: Columns, rows: HashMap<Id, Vec<u32>>) {
        self.nodes.push(Node::Children { name, columns, rows });
    }

    /// Rows a page may hold at most: long text makes pages shorter.
    pub(crate) fn page_limit(&self) -> usize {
        match (self.custom_long_text, self.long_text) {
            (2.., _) => 200,
            (_, 1..) => 1_000,
            _ => 2_000,
        }
    }

    /// Whether a compound field or a list is among them, which no table shows.
    pub(crate) fn has_compound(&self) -> bool {
        self.nodes.iter().any(|node| match node {
            Node::Field(..) => false,
            Node::Address(..) | Node::Children { .. } => true,
            Node::Parent { columns, .. } => columns.has_compound(),
        })
    }

    /// The names of the columns of a table, those of parents with their paths.
    pub(crate) fn names(&self, before: &str, names: &mut Vec<String>) {
        for node in &self.nodes {
            match node {
                Node::Field(name, _) | Node::Address(name, _) => names.push(format!("{before}{name}")),
                Node::Parent { name, columns, .. } => columns.names(&format!("{before}{name}."), names),
                Node::Children { .. } => {}
            }
        }
    }

    /// The values of one record in the order of [`names`](Self::names).
    pub(crate) fn each_value(&self, org: &Org, row: &Row, give: &mut impl FnMut(&Value)) {
        self.each_value_of(org, Some((self.object, row)), give);
    }

    fn each_value_of(&self, org: &Org, of: Option<(usize, &Row)>, give: &mut impl FnMut(&Value)) {
        for node in &self.nodes {
            match node {
                Node::Field(_, field) => {
                    let value = of.and_then(|(object, row)| self.value(org, object, row, *field));
                    give(value.unwrap_or(&Value::Null));
                }
                Node::Address(..) => give(&Value::Null),
                Node::Parent { reference, columns, .. } => {
                    let parent = of.and_then(|(_, row)| org.target(row, *reference, columns.object));
                    columns.each_value_of(org, parent, give);
                }
                Node::Children { .. } => {}
            }
        }
    }

    /// A field of a record of `object` as these columns' own object shows it.
    fn value<'a>(&self, org: &'a Org, object: usize, row: &'a Row, field: usize) -> Option<&'a Value> {
        if self.object == NAME { org.shown(object, row, field) } else { Some(row.get(field)) }
    }

    fn add(&mut self, objects: &[Object], path: &Path, depth: usize) {
        let object = &objects[self.object];
        let Some((reference, parent)) = path.steps.get(depth).copied() else {
            let field = &object.fields[path.field];
            self.nodes.push(if field.kind == Kind::Address {
                Node::Address(field.name.clone(), object.address_parts(path.field))
            } else {
                Node::Field(field.name.clone(), path.field)
            });
            return;
        };
        let known = self.nodes.iter_mut().find_map(|node| match node {
            Node::Parent { reference: known, columns, .. } if *known == reference => Some(columns),
            _ => None,
        });
        if let Some(columns) = known {
            columns.add(objects, path, depth + 1);
            return;
        }
        let mut columns = Columns { object: parent, ..Columns::default() };
        columns.add(objects, path, depth + 1);
        let name = object.fields[reference].relationship.clone();
        self.nodes.push(Node::Parent { name: name.unwrap_or_default(), reference, columns });
    }

    /// Appends one record. `base` is `/services/data/vXX.X`.
    pub(crate) fn write(&self, org: &Org, row: &Row, base: &str, out: &mut Vec<u8>) {
        self.write_of(org, (self.object, row), base, out);
    }

    /// The same for a record of `object`, of which only what the columns'
    /// own object has is shown.
    fn write_of(&self, org: &Org, (object, row): (usize, &Row), base: &str, out: &mut Vec<u8>) {
        let (shown, name) = (org.object(self.object).name, org.object(object).name);
        let id = row.id();
        let id = id.as_ref().map_or("", |id| id.as_str());
        for part in [r#"{"attributes":{"type":""#, shown, r#"","url":""#, base, "/sobjects/", name, "/", id, r#""}"#] {
            out.extend_from_slice(part.as_bytes());
        }
        for node in &self.nodes {
            match node {
                Node::Field(name, field) => {
                    write_key(name, out);
                    self.value(org, object, row, *field).unwrap_or(&Value::Null).write_json(out);
                }
                Node::Address(name, parts) => {
                    write_key(name, out);
                    write_address(row, parts, out);
                }
                Node::Parent { name, reference, columns } => {
                    write_key(name, out);
                    match org.target(row, *reference, columns.object) {
                        Some(parent) => columns.write_of(org, parent, base, out),
                        None => out.extend_from_slice(b"null"),
                    }
                }
                Node::Children { name, columns, rows } => {
                    write_key(name, out);
                    let own = row.id().and_then(|id| rows.get(&id));
                    columns.write_list(org, own.map_or(&[], Vec::as_slice), base, out);
                }
            }
        }
        out.push(b'}');
    }

    /// Appends a list of child records; null when there are none.
    fn write_list(&self, org: &Org, rows: &[u32], base: &str, out: &mut Vec<u8>) {
        if rows.is_empty() {
            out.extend_from_slice(b"null");
            return;
        }
        out.extend_from_slice(format!(r#"{{"totalSize":{},"done":true,"records":["#, rows.len()).as_bytes());
        for (number, position) in rows.iter().enumerate() {
            if number > 0 {
                out.push(b',');
            }
            self.write(org, org.tables[self.object].row(*position), base, out);
        }
        out.extend_from_slice(b"]}");
    }
}

/// A comma and a key; every record begins with its attributes.
fn write_key(name: &str, out: &mut Vec<u8>) {
    out.push(b',');
    write_string(name, out);
    out.push(b':');
}

/// The parts of an address; null when all of them are.
fn write_address(row: &Row, parts: &[(String, usize)], out: &mut Vec<u8>) {
    if parts.iter().all(|(_, field)| row.get(*field).is_null()) {
        out.extend_from_slice(b"null");
        return;
    }
    for (position, (key, field)) in parts.iter().enumerate() {
        out.push(if position == 0 { b'{' } else { b',' });
        write_string(key, out);
        out.push(b':');
        row.get(*field).write_json(out);
    }
    out.push(b'}');
}
