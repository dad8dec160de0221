//! The people who have a part in an opportunity: rows of
//! `OpportunityContactRole`, read by a sub-query and written with it.

use super::children::{Children, Own};
use crate::salesforce::ids;
use heddle_connector::mapping::{Codec, Erased, Fit, Misfit, Tok, Wire};
use heddle_connector::model::{ContactLink, List};
use serde::{Deserialize, Serialize};

/// The list of an opportunity's contact roles.
pub(super) const PATH: &str = "OpportunityContactRoles";

/// What a statement asks for to get it.
pub(super) const QUERY: &str =
    "(SELECT ContactId,Role,IsPrimary FROM OpportunityContactRoles WHERE IsDeleted = false ORDER BY Id)";

/// How it is written.
pub(super) static CHILDREN: Children = Children {
    path: PATH,
    object: "OpportunityContactRole",
    parent: "OpportunityId",
    key: "ContactId",
    rest: &["Role", "IsPrimary"],
    given: &[],
    own: Own::All,
};

/// The people of an opportunity.
pub(super) const LINKS: Codec<List<ContactLink>> = Codec::list(
    "contact roles",
    read,
    write,
    &[
        r#"{"done":true,"records":[{"ContactId":"0035e00000AbCdEAAV","Role":"Decision \"Maker\"","IsPrimary":true}]}"#,
        r#"{"records":[{"ContactId":"0035e00000AbCdEAAV","Role":null,"IsPrimary":false},{"ContactId":"0035e00000AbCdFAAV","Role":null,"IsPrimary":true}]}"#,
    ],
);

#[derive(Deserialize, Serialize)]
struct Roles {
    #[serde(default, skip_serializing)]
    done: Option<bool>,
    records: Vec<ContactRole>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ContactRole {
    contact_id: Option<String>,
    role: Option<String>,
    is_primary: Option<bool>,
}

fn read(_: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    const NO_ROLES: Fit = Fit::Misfit("not a list of contact roles");
    let Tok::Json(json) = tok else { return NO_ROLES };
    let Ok(roles) = serde_json::from_slice::<Roles>(json) else { return NO_ROLES };
    let links: Vec<ContactLink> = roles
        .records
        .into_iter()
        .map(|role| ContactLink { id: role.contact_id, role: role.role, is_primary: role.is_primary })
        .collect();
    if serde_json::to_writer(&mut *out, &links).is_err() {
        return NO_ROLES;
    }
    // A list inside a record has pages of its own, each for one more call.
    if roles.done == Some(false) { Fit::Repaired("only the first people of a longer list were sent") } else { Fit::Ok }
}

/// A person without `is_primary` is not the first to turn to.
fn write<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    const MUST_BE: Misfit = Misfit(
        "a list of people with the id of a contact, a role and is_primary, of whom one at the most is the primary one",
    );
    let Tok::Json(json) = tok else { return Err(MUST_BE) };
    let links: Vec<ContactLink> = serde_json::from_slice(json).map_err(|_| MUST_BE)?;
    if links.iter().filter(|link| link.is_primary == Some(true)).count() > 1 {
        return Err(MUST_BE);
    }
    let role = |link: ContactLink| {
        let contact_id = Some(ids::to_18_of("003", link.id.as_deref()?)?);
        Some(ContactRole { contact_id, role: link.role, is_primary: Some(link.is_primary == Some(true)) })
    };
    let records = links.into_iter().map(role).collect::<Option<Vec<_>>>().ok_or(MUST_BE)?;
    serde_json::to_string(&Roles { done: None, records }).map(|json| Wire::Json(json.into())).map_err(|_| MUST_BE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(common: &str) -> Result<String, Misfit> {
        LINKS.erased().write(Tok::Json(common.as_bytes())).map(|wire| match wire {
            Wire::Json(json) => json.into_owned(),
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn people_are_written_with_long_ids_and_a_primary_flag() {
        let people = r#"[{"id":"0035e00000AbCdE","role":"User"},{"id":"0035e00000AbCdFAAV","is_primary":true}]"#;
        let rows = r#"{"records":[{"ContactId":"0035e00000AbCdEAAV","Role":"User","IsPrimary":false},{"ContactId":"0035e00000AbCdFAAV","Role":null,"IsPrimary":true}]}"#;
        assert_eq!(written(people).as_deref(), Ok(rows));
        assert_eq!(written("[]").as_deref(), Ok(r#"{"records":[]}"#));
    }

    #[test]
    fn what_is_no_list_of_people_is_refused() {
        for bad in [
            r#"[{"role":"User"}]"#,
            r#"[{"id":"0015e00000AbCdE"}]"#,
            r#"[{"id":"0035e00000AbCdE","is_primary":true},{"id":"0035e00000AbCdF","is_primary":true}]"#,
            r#"[{"id":"0035e00000AbCdE","share":1}]"#,
            r#"["0035e00000AbCdE"]"#,
            "{}",
        ] {
            assert!(written(bad).is_err(), "{bad}");
        }
    }
}
