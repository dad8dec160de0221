//! Names of a statement to places in the schema.

use super::error::SoqlError;
use super::parse::{Name, Statement};
use crate::salesforce::org::{Org, Row};
use crate::salesforce::schema::{Children, Field, NAME, Schema};
use crate::salesforce::value::Value;

/// Levels up a path may go (SOQL and SOSL Limits).
const LEVELS: usize = 5;

/// A field, through the parents that lead to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Path {
    /// Reference field and parent object of each step.
    pub(crate) steps: Vec<(usize, usize)>,
    /// The object that has the field.
    pub(crate) object: usize,
    pub(crate) field: usize,
}

impl Org {
    /// The value at the end of a path; absent when a parent is missing.
    pub(crate) fn value<'a>(&'a self, row: &'a Row, path: &Path) -> Option<&'a Value> {
        let (mut object, mut row) = (path.object, row);
        for (reference, target) in &path.steps {
            (object, row) = self.target(row, *reference, *target)?;
        }
        if path.object == NAME { self.shown(object, row, path.field) } else { Some(row.get(path.field)) }
    }
}

pub(super) struct Resolver<'a> {
    pub(super) schema: &'a Schema,
    pub(super) object: usize,
    statement: &'a str,
    alias: Option<&'a str>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(schema: &'a Schema, statement: &Statement<'a>) -> Result<Resolver<'a>, SoqlError> {
        let from = statement.from;
        let object = schema.object(from.text).ok_or_else(|| {
            SoqlError::at(
                statement.text,
                from.position,
                "INVALID_TYPE",
                format!(
                    "sObject type '{}' is not supported. If you are attempting to use a custom \
                     object, be sure to append the '__c' after the entity name. Please reference \
                     your WSDL or the describe call for the appropriate names.",
                    from.text
                ),
            )
        })?;
        Ok(Resolver { schema, object, statement: statement.text, alias: statement.alias })
    }

    /// The list that a sub-query names, and the resolver of its own names.
    pub(super) fn child(&self, statement: &Statement<'a>) -> Result<(Children, Resolver<'a>), SoqlError> {
        let from = statement.from;
        let found = self.schema.children(self.object).find(|list| list.name.eq_ignore_ascii_case(from.text));
        let list = found.ok_or_else(|| {
            let text = format!(
                "Didn't understand relationship '{}' in FROM part of query call. If you are attempting to use a \
                 custom relationship, be sure to append the '__r' after the custom relationship name. Please \
                 reference your WSDL or the describe call for the appropriate names.",
                from.text
            );
            self.refuse(from, "INVALID_TYPE", text)
        })?;
        let object = list.object;
        Ok((list, Resolver { schema: self.schema, object, statement: statement.text, alias: statement.alias }))
    }

    pub(super) fn path(&self, name: Name<'_>) -> Result<Path, SoqlError> {
        let mut segments: Vec<&str> = name.text.split('.').collect();
        let own = self.schema.objects[self.object].name;
        if segments.len() > 1
            && [Some(own), self.alias].iter().flatten().any(|prefix| segments[0].eq_ignore_ascii_case(prefix))
        {
            segments.remove(0);
        }
        let Some((last, parents)) = segments.split_last() else {
            return Err(self.refuse(name, "INVALID_FIELD", "a field is expected"));
        };
        if parents.len() > LEVELS {
            return Err(self.refuse(name, "INVALID_FIELD", "Maximum number of levels in a field path exceeded (5)"));
        }
        let mut path = Path { steps: Vec::with_capacity(parents.len()), object: self.object, field: 0 };
        for parent in parents {
            let step = self.schema.objects[path.object].parent(parent).ok_or_else(|| {
                self.refuse(
                    name,
                    "INVALID_FIELD",
                    format!(
                        "Didn't understand relationship '{parent}' in field path. If you are \
                             attempting to use a custom relationship, be sure to append the \
                             '__r' after the custom relationship name. Please reference your \
                             WSDL or the describe call for the appropriate names."
                    ),
                )
            })?;
            path.steps.push(step);
            path.object = step.1;
        }
        let object = &self.schema.objects[path.object];
        path.field = object.field(last).ok_or_else(|| {
            self.refuse(
                name,
                "INVALID_FIELD",
                format!(
                    "No such column '{last}' on entity '{}'. If you are attempting to use a \
                     custom field, be sure to append the '__c' after the custom field name. \
                     Please reference your WSDL or the describe call for the appropriate names.",
                    object.name
                ),
            )
        })?;
        Ok(path)
    }

    pub(super) fn field(&self, path: &Path) -> &'a Field {
        &self.schema.objects[path.object].fields[path.field]
    }

    pub(super) fn refuse(&self, name: Name<'_>, code: &'static str, message: impl AsRef<str>) -> SoqlError {
        SoqlError::at(self.statement, name.position, code, message)
    }
}
