//! SELECT: which fields a record shows, and its JSON.

use super::error::SoqlError;
use super::parse::Name;
use super::resolve::{Path, Resolver};
use crate::salesforce::org::{Org, Row};
use crate::salesforce::schema::{Kind, Object};
use crate::salesforce::value::write_string;

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
    Parent { name: String, reference: usize, columns: Columns },
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

    /// Rows a page may hold at most: long text makes pages shorter.
    pub(crate) fn page_limit(&self) -> usize {
        match (self.custom_long_text, self.long_text) {
            (2.., _) => 200,
            (_, 1..) => 1_000,
            _ => 2_000,
        }
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
        let name = org.object(self.object).name;
        let id = row.id();
        let id = id.as_ref().map_or("", |id| id.as_str());
        for part in [r#"{"attributes":{"type":""#, name, r#"","url":""#, base, "/sobjects/", name, "/", id, r#""}"#] {
            out.extend_from_slice(part.as_bytes());
        }
        for node in &self.nodes {
            match node {
                Node::Field(name, field) => {
                    write_key(name, out);
                    row.get(*field).write_json(out);
                }
                Node::Address(name, parts) => {
                    write_key(name, out);
                    write_address(row, parts, out);
                }
                Node::Parent { name, reference, columns } => {
                    write_key(name, out);
                    match org.parent(row, *reference, columns.object) {
                        Some(parent) => columns.write(org, parent, base, out),
                        None => out.extend_from_slice(b"null"),
                    }
                }
            }
        }
        out.push(b'}');
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
