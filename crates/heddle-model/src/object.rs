//! The objects of the API and their names.

/// A common object: what the API calls a contact, an account, a deal.
///
/// Every object has its names here; one that [`crate::Model::of`] knows also
/// has fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Object {
    /// A person.
    Contact,
    /// A company.
    Account,
    /// A person or company not yet qualified.
    Lead,
    /// A possible sale.
    Deal,
    /// A named sequence of stages.
    Pipeline,
    /// One step of a pipeline.
    Stage,
    /// Somebody who works in the CRM.
    User,
    /// A free text attached to a record.
    Note,
    /// Something to do.
    Task,
    /// A telephone call.
    Call,
    /// An e-mail message.
    Email,
    /// A meeting or event.
    Meeting,
    /// Any object of the provider, by the provider's name: not among [`ALL`](Self::ALL),
    /// because which there are differs by account.
    Record,
}

impl Object {
    /// All common objects, in the order the API lists them.
    pub const ALL: &'static [Object] = &[
        Object::Contact,
        Object::Account,
        Object::Lead,
        Object::Deal,
        Object::Pipeline,
        Object::Stage,
        Object::User,
        Object::Note,
        Object::Task,
        Object::Call,
        Object::Email,
        Object::Meeting,
    ];

    /// The value of a record's `object` field: `contact`.
    pub const fn singular(self) -> &'static str {
        match self {
            Object::Contact => "contact",
            Object::Account => "account",
            Object::Lead => "lead",
            Object::Deal => "deal",
            Object::Pipeline => "pipeline",
            Object::Stage => "stage",
            Object::User => "user",
            Object::Note => "note",
            Object::Task => "task",
            Object::Call => "call",
            Object::Email => "email",
            Object::Meeting => "meeting",
            Object::Record => "record",
        }
    }

    /// The path segment of the API: `contacts`.
    pub const fn plural(self) -> &'static str {
        match self {
            Object::Contact => "contacts",
            Object::Account => "accounts",
            Object::Lead => "leads",
            Object::Deal => "deals",
            Object::Pipeline => "pipelines",
            Object::Stage => "stages",
            Object::User => "users",
            Object::Note => "notes",
            Object::Task => "tasks",
            Object::Call => "calls",
            Object::Email => "emails",
            Object::Meeting => "meetings",
            Object::Record => "objects",
        }
    }

    /// The object with this [`plural`](Self::plural) name.
    pub fn from_plural(name: &str) -> Option<Object> {
        Self::ALL.iter().copied().find(|o| o.plural() == name)
    }

    /// The object with this [`singular`](Self::singular) name.
    pub fn from_singular(name: &str) -> Option<Object> {
        Self::ALL.iter().copied().find(|o| o.singular() == name)
    }
}

/// What a reference points at, as types: `Ref<refs::User>` does not fit where
/// `Ref<refs::Account>` is asked for.
pub mod refs {
    use super::Object;

    /// An object that references can point at.
    pub trait Target {
        /// The object itself.
        const OBJECT: Object;
    }

    macro_rules! targets {
        ($($name:ident),+ $(,)?) => {$(
            #[doc = concat!("The target of a reference to ", stringify!($name), ".")]
            #[derive(Debug, Clone, Copy)]
            pub enum $name {}
            impl Target for $name {
                const OBJECT: Object = Object::$name;
            }
        )+};
    }

    targets!(Contact, Account, Lead, Deal, Pipeline, Stage, User);
    // Kinds of activity.
    targets!(Note, Task, Call, Email, Meeting);
}
