//! The operations of every object that has a model, from those of contacts:
//! written once, and equal for all.

use heddle_model::{Model, Object};
use serde_json::Value;
use utoipa::openapi::{OpenApi, PathItem};

/// The object whose operations are written out.
const WRITTEN: Object = Object::Contact;

/// Adds the operations of the other objects.
pub(super) fn add(document: &mut OpenApi) {
    let base = format!("/v1/crm/{}", WRITTEN.plural());
    let written: Vec<(String, PathItem)> = document
        .paths
        .paths
        .iter()
        .filter(|(path, _)| **path == base || path.starts_with(&format!("{base}/")))
        .map(|(path, item)| (path.clone(), item.clone()))
        .collect();
    for object in Object::ALL.iter().copied().filter(|object| *object != WRITTEN && Model::of(*object).is_some()) {
        let writable = Model::of(object).is_some_and(Model::writable);
        for (path, item) in &written {
            let mut item = item.clone();
            if !writable {
                // A search is a question with a body.
                if !path.ends_with("/search") {
                    item.post = None;
                }
                for write in [&mut item.put, &mut item.patch, &mut item.delete] {
                    *write = None;
                }
                if item.get.is_none() && item.post.is_none() {
                    continue;
                }
            }
            let renamed = serde_json::to_value(&item).and_then(|mut item| {
                rename(&mut item, object);
                serde_json::from_value::<PathItem>(item)
            });
            match renamed {
                Ok(item) => drop(document.paths.paths.insert(words(path, object), item)),
                Err(error) => tracing::error!(%error, path, "an operation is missing in the OpenAPI document"),
            }
        }
    }
}

/// Puts another object's words into every text. Examples are left out: they
/// show contacts.
fn rename(value: &mut Value, object: Object) {
    match value {
        Value::String(text) => *text = words(text, object),
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, object)),
        Value::Object(members) => {
            members.remove("example");
            members.values_mut().for_each(|member| rename(member, object));
        }
        _ => {}
    }
}

fn words(text: &str, object: Object) -> String {
    let one = object.singular();
    // "a user": it sounds like "you".
    let article = if one.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    let written = WRITTEN.singular();
    text.replace(&format!("a {written}"), &format!("{article} {one}"))
        .replace(WRITTEN.plural(), object.plural())
        .replace(written, one)
        .replace(&capital(written), &capital(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_speak_of_the_other_object() {
        let words = |text| words(text, Object::Account);
        assert_eq!(words("Create a contact"), "Create an account");
        assert_eq!(words("/v1/crm/contacts/{id}"), "/v1/crm/accounts/{id}");
        assert_eq!(words("#/components/schemas/ContactPage"), "#/components/schemas/AccountPage");
        assert_eq!(words("list_contacts"), "list_accounts");
    }

    #[test]
    fn what_is_only_read_has_no_operation_that_writes() {
        let document = super::super::openapi();
        let methods = |path: &str| {
            document.paths.paths.get(path).map(|item| {
                let writes = [&item.post, &item.put, &item.patch, &item.delete];
                (item.get.is_some(), writes.iter().filter(|operation| operation.is_some()).count())
            })
        };
        assert_eq!(methods("/v1/crm/deals/{id}"), Some((true, 2)));
        assert_eq!(methods("/v1/crm/users/{id}"), Some((true, 0)));
        assert_eq!(methods("/v1/crm/stages"), Some((true, 0)));
        assert_eq!(methods("/v1/crm/pipelines/batch"), None);
        assert_eq!(methods("/v1/crm/pipelines/search"), Some((false, 1)));
    }
}
