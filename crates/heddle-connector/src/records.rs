//! Objects that no common object stands for: custom ones, and the provider's
//! other standard ones. Which there are is known only at run time.

use crate::ObjectSpec;
use heddle_mapping::Table;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What is known of an object of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObjectInfo {
    /// The provider's name of it.
    pub name: String,
    /// Name for people, of one record.
    pub label: String,
    /// Name for people, of several.
    pub label_plural: String,
    /// Made by the customer, not by the provider.
    pub custom: bool,
    /// What ids of its records begin with; `None` where nothing is known of it.
    pub id_prefix: Option<String>,
    /// Whether the connected user may read records by conditions.
    pub queryable: bool,
    /// Whether the connected user may make records.
    pub createable: bool,
    /// Whether the connected user may change records.
    pub updateable: bool,
    /// Whether the connected user may remove records.
    pub deletable: bool,
}

/// Declarations made so far, by the address of their template and by name.
type Made = HashMap<(usize, String), &'static ObjectSpec>;

static MADE: Mutex<Option<Made>> = Mutex::new(None);

impl ObjectSpec {
    /// The declaration of a provider object by its name, made from a
    /// [`Manifest::records`](crate::Manifest::records).
    ///
    /// Each is made once and kept as long as the program runs, some 300 bytes:
    /// tables are static, so that queries and plans can share them. Give it
    /// only names that a provider has confirmed.
    pub fn of_record(template: &'static ObjectSpec, name: &str) -> &'static ObjectSpec {
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        let made = made.get_or_insert_with(HashMap::new);
        let key = (std::ptr::from_ref(template).addr(), name.to_owned());
        made.entry(key).or_insert_with(|| {
            let name: &'static str = Box::leak(name.to_owned().into_boxed_str());
            let old = template.table;
            let table = Table {
                object: old.object,
                provider_object: name,
                id: old.id,
                modified: old.modified,
                created: old.created,
                deleted: old.deleted,
                clear: old.clear,
                wrap: old.wrap,
                rows: old.rows,
            };
            Box::leak(Box::new(ObjectSpec { table: Box::leak(Box::new(table)), ..*template }))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Writes;
    use heddle_mapping::Clear;
    use heddle_model::Object;

    static TABLE: Table = Table {
        object: Object::Record,
        provider_object: "",
        id: "Id",
        modified: "Changed",
        created: None,
        deleted: None,
        clear: Clear::Null,
        wrap: None,
        rows: &[],
    };
    static TEMPLATE: ObjectSpec = ObjectSpec {
        object: Object::Record,
        table: &TABLE,
        fixed: &[],
        instead: None,
        operations: &[],
        filter_ops: &[],
        max_page: 10,
        deleted: false,
        expand: &[],
        writes: Writes::NONE,
    };

    #[test]
    fn the_declaration_of_a_name_is_made_once() {
        let one = ObjectSpec::of_record(&TEMPLATE, "Project__c");
        assert!(std::ptr::eq(one, ObjectSpec::of_record(&TEMPLATE, "Project__c")));
        assert_eq!((one.table.provider_object, one.table.modified, one.max_page), ("Project__c", "Changed", 10));
        assert_eq!(ObjectSpec::of_record(&TEMPLATE, "Case").table.provider_object, "Case");
    }
}
