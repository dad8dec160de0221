//! Lists of child records: what a sub-query can name, and what goes into the
//! bin with its parent.

use super::Schema;

/// Parent, name of the list, child and the child's field that names the parent.
const CHILDREN: &[(&str, &str, &str, &str)] = &[
    ("Account", "Contacts", "Contact", "AccountId"),
    ("Account", "Opportunities", "Opportunity", "AccountId"),
    ("Contact", "OpportunityContactRoles", "OpportunityContactRole", "ContactId"),
    ("Event", "EventRelations", "EventRelation", "EventId"),
    ("ContentNote", "ContentDocumentLinks", "ContentDocumentLink", "ContentDocumentId"),
    ("EmailMessage", "EmailMessageRelations", "EmailMessageRelation", "EmailMessageId"),
    ("Opportunity", "OpportunityContactRoles", "OpportunityContactRole", "OpportunityId"),
];

/// One list of child records.
pub(crate) struct Children {
    pub(crate) name: &'static str,
    /// The object of the child records.
    pub(crate) object: usize,
    /// Their field that names the parent.
    pub(crate) field: usize,
}

impl Schema {
    /// The lists of an object's records, as far as the user may read them.
    pub(crate) fn children(&self, object: usize) -> impl Iterator<Item = Children> {
        let own = CHILDREN.iter().filter(move |(parent, ..)| *parent == self.objects[object].name);
        own.filter_map(|(_, name, child, field)| {
            let child = self.object(child)?;
            let field = self.objects[child].field(field)?;
            Some(Children { name, object: child, field })
        })
    }
}
