//! What each provider has of the common models, as pages for people: made from
//! the manifests and the tables, so that a page says what the code does.

use crate::registry;
use heddle_connector::mapping::{Row, Way, sort_key};
use heddle_connector::model::{FieldInfo, Kind, Model, Object, Role};
use heddle_connector::{Fixed, Manifest, ObjectSpec, Operation, Status};
use std::fmt::Write;

/// Every page: its name in the folder, and its Markdown.
pub fn coverage_pages() -> Vec<(String, String)> {
    let registry = registry();
    let manifests: Vec<&Manifest> = registry.all().iter().map(|connector| connector.manifest()).collect();
    let ready = manifests.iter().filter(|manifest| manifest.status == Status::Ready);
    let mut pages = vec![("README.md".to_owned(), index(&manifests))];
    pages.extend(ready.map(|manifest| (format!("{}.md", manifest.id), page(manifest))));
    pages
}

fn index(manifests: &[&Manifest]) -> String {
    let mut text = String::from(
        "# Coverage\n\nWhat can be done with each object of each provider. A page a provider says the same of each \
         field. `GET /v1/providers` has it as data, `GET /v1/crm/{object}/schema` says what one connection has of \
         it.\n\n| object |",
    );
    let ready = || manifests.iter().filter(|manifest| manifest.status == Status::Ready);
    for manifest in ready() {
        let _ = write!(text, " [{}]({}.md) |", manifest.title, manifest.id);
    }
    text.push_str("\n| --- |");
    text.push_str(&" --- |".repeat(ready().count()));
    for object in Object::ALL {
        let _ = write!(text, "\n| {} |", object.plural());
        for manifest in ready() {
            let can = manifest.object(*object).map_or_else(|| "-".to_owned(), operations);
            let _ = write!(text, " {can} |");
        }
    }
    let planned = manifests.iter().filter(|manifest| manifest.status == Status::Planned).map(|manifest| manifest.title);
    let planned: Vec<&str> = planned.collect();
    if !planned.is_empty() {
        let _ = write!(text, "\n\nPlanned, and refused until then: {}.", planned.join(", "));
    }
    text.push('\n');
    text
}

fn page(manifest: &Manifest) -> String {
    let mut text = format!(
        "# {0}\n\nEach common field, and where it stands in {0}. What a connection really has depends on its account \
         and on the rights of its user: `GET /v1/crm/{{object}}/schema` tells. A field of a list is named with the \
         item's `type` in brackets.\n\n\
         - **read**, **write**: what Heddle does with it.\n\
         - **sort**: a list can be sorted by it. Every field that is read can be filtered on, unless it is computed \
         or the account says otherwise.\n\
         - A field that no recorded answer shows is taken from the vendor's documentation, which is then named.\n",
        manifest.title
    );
    for spec in manifest.objects {
        for form in spec.forms() {
            object(&mut text, form, !std::ptr::eq(form, spec));
        }
    }
    text
}

fn object(text: &mut String, spec: &ObjectSpec, stands_in: bool) {
    let table = spec.table;
    let _ = write!(text, "\n## {}: `{}`", spec.object.plural(), table.provider_object);
    let instead = if stands_in { " (in accounts without the one above)" } else { "" };
    let _ = write!(text, "{instead}\n\nOperations: {}. At most {} records a page.", operations(spec), spec.max_page);
    if !spec.expand.is_empty() {
        let _ = write!(text, " `expand` joins {} in the same call.", words(spec.expand));
    }
    for fixed in spec.fixed {
        let _ = match fixed {
            Fixed::Word { path, word } => write!(text, " Only records whose `{path}` is `{word}`."),
            Fixed::NoneOf { path, words: others } => {
                write!(text, " Only records whose `{path}` is none of {}.", words(others))
            }
            Fixed::Flag { path, value } => write!(text, " Only records whose `{path}` is {value}."),
        };
    }
    text.push_str(
        "\n\n| field | provider field | read | write | sort | remark |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    let Some(model) = Model::of(spec.object) else { return };
    for (index, field) in model.fields().iter().enumerate() {
        match field.role {
            Role::Id | Role::RemoteId => line(text, spec, field.name, table.id, (true, false), ""),
            Role::Modified => line(text, spec, field.name, table.modified, (true, false), ""),
            Role::Created => own(text, spec, field.name, table.created),
            Role::Deleted => own(text, spec, field.name, table.deleted),
            Role::Write | Role::Read | Role::Expand => {
                for row in table.rows.iter().filter(|row| usize::from(row.place.field) == index) {
                    of_row(text, spec, field, row);
                }
            }
            // What every record of every provider has.
            Role::Object
            | Role::Connection
            | Role::Provider
            | Role::Url
            | Role::RawWord
            | Role::Custom
            | Role::Mapped
            | Role::Raw => {}
        }
    }
}

fn own(text: &mut String, spec: &ObjectSpec, name: &str, path: Option<&str>) {
    match path {
        Some(path) => line(text, spec, name, path, (true, false), ""),
        None => line(text, spec, name, "", (false, false), "this CRM has no such field"),
    }
}

fn of_row(text: &mut String, spec: &ObjectSpec, field: &FieldInfo, row: &Row) {
    let name = full_name(field, row);
    let mut remarks: Vec<String> = Vec::new();
    let (provider, can) = match &row.way {
        Way::Both { path, .. } => ((*path).to_owned(), (true, field.role == Role::Write && writes(spec))),
        Way::Read { path, .. } => ((*path).to_owned(), (true, false)),
        Way::Write { path, .. } => ((*path).to_owned(), (false, writes(spec))),
        Way::Custom { uses, .. } => {
            remarks.push("computed".to_owned());
            (uses.join(", "), (true, false))
        }
        Way::Absent(why) => {
            remarks.push(why.to_string());
            (String::new(), (false, false))
        }
    };
    if field.role == Role::Expand {
        remarks.push("with `expand`".to_owned());
    }
    if let Some(otherwise) = row.otherwise {
        remarks.push(format!("`{otherwise}` where the account has no such field"));
    }
    if let Some(source) = row.unseen {
        remarks.push(format!("by {source}"));
    }
    line(text, spec, &name, &provider, can, &remarks.join("; "));
}

fn line(text: &mut String, spec: &ObjectSpec, name: &str, provider: &str, can: (bool, bool), remark: &str) {
    let yes = |is: bool| if is { "yes" } else { "" };
    let plain = !name.contains('[');
    let sorts = can.0 && plain && sort_key(spec.table, &|_| true, name).is_ok();
    let provider = if provider.is_empty() { String::new() } else { format!("`{provider}`") };
    let _ = writeln!(text, "| {name} | {provider} | {} | {} | {} | {remark} |", yes(can.0), yes(can.1), yes(sorts));
}

/// `first_name`, `amount.currency`, `addresses[MAILING].city`.
fn full_name(field: &FieldInfo, row: &Row) -> String {
    let mut name = row.name.to_owned();
    if let Kind::List(list) = field.kind
        && let Some(kind) = list.kinds.get(usize::from(row.place.item).wrapping_sub(1))
    {
        let _ = write!(name, "[{kind}]");
    }
    if let Some(part) = field.parts().get(usize::from(row.place.part).wrapping_sub(1)) {
        let _ = write!(name, ".{}", part.name);
    }
    name
}

fn writes(spec: &ObjectSpec) -> bool {
    spec.operations.contains(&Operation::Create)
}

fn operations(spec: &ObjectSpec) -> String {
    let all: Vec<&str> = spec.operations.iter().map(|operation| operation.as_str()).collect();
    all.join(", ")
}

fn words(all: &[&str]) -> String {
    let quoted: Vec<String> = all.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}
