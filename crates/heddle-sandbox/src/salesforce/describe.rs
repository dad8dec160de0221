//! Describe: an object's fields as the run-as user sees them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use actix_web::web::Bytes;
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Value, json};

use super::errors::{JSON, not_found};
use super::replication::is_replicateable;
use super::route::Resource;
use super::schema::{Field, Kind, Object, Schema, WRITABLE};
use super::state::Salesforce;
use crate::serve::Answer;

/// Wed, 06 May 2026 09:49:20 GMT: when the seeded org's schema was last changed.
const SCHEMA_CHANGE: i64 = 1_778_060_960;

/// Describe answers already written, until the schema changes.
#[derive(Debug)]
pub(super) struct Described {
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    changed: i64,
    bodies: HashMap<(usize, String), Bytes>,
}

impl Default for Described {
    fn default() -> Self {
        Described { kept: Mutex::new(Kept { changed: SCHEMA_CHANGE, bodies: HashMap::new() }) }
    }
}

impl Described {
    /// The schema has changed now.
    pub(super) fn forget(&self) {
        let mut kept = self.lock();
        kept.changed = Utc::now().timestamp().max(kept.changed + 1);
        kept.bodies.clear();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `GET /sobjects/{object}/describe`, with If-Modified-Since.
pub(super) fn answer(
    salesforce: &Salesforce,
    resource: &Resource<'_>,
    object: &str,
    header: &dyn Fn(&str) -> Option<String>,
) -> Answer {
    let org = salesforce.org();
    let Some(position) = org.schema.object(object) else {
        return not_found();
    };
    let mut kept = salesforce.described.lock();
    let changed = kept.changed;
    if let Some(answer) = not_modified(changed, header) {
        return answer;
    }
    let body = kept
        .bodies
        .entry((position, resource.version.to_owned()))
        .or_insert_with(|| {
            let base = format!("{}/sobjects/{}", resource.base, org.object(position).name);
            let host = salesforce.residence().url(salesforce.urls());
            Bytes::from(describe(&org.schema, position, &base, &host).to_string())
        })
        .clone();
    Answer::new(200, JSON, body).with_header("last-modified", http_date(changed))
}

/// 304 when the caller's copy is as new as `changed` (seconds).
pub(super) fn not_modified(changed: i64, header: &dyn Fn(&str) -> Option<String>) -> Option<Answer> {
    let since = header("if-modified-since")?;
    let since = NaiveDateTime::parse_from_str(&since, "%a, %d %b %Y %H:%M:%S GMT").ok()?;
    (since.and_utc().timestamp() >= changed)
        .then(|| Answer::new(304, "", "").with_header("last-modified", http_date(changed)))
}

/// An HTTP date from seconds since 1970.
pub(super) fn http_date(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default().format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// `GET /sobjects`: all objects that the user sees, without their fields.
pub(super) fn global(salesforce: &Salesforce, resource: &Resource<'_>) -> Answer {
    let org = salesforce.org();
    let host = salesforce.residence().url(salesforce.urls());
    let brief = |(position, object): (usize, &Object)| {
        let base = format!("{}/sobjects/{}", resource.base, object.name);
        let mut whole = describe(&org.schema, position, &base, &host);
        if let Some(members) = whole.as_object_mut() {
            members.retain(|name, _| !ONLY_OF_ONE.contains(&name.as_str()));
        }
        whole
    };
    let shown = org.schema.objects.iter().enumerate().filter(|(_, object)| object.is_shown());
    let sobjects: Vec<Value> = shown.map(brief).collect();
    Answer::new(200, JSON, json!({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": sobjects}).to_string())
}

/// What the description of one object has and the list of all has not.
const ONLY_OF_ONE: &[&str] = &[
    "actionOverrides",
    "childRelationships",
    "compactLayoutable",
    "fields",
    "listviewable",
    "lookupLayoutable",
    "namedLayoutInfos",
    "networkScopeFieldName",
    "recordTypeInfos",
    "searchLayoutable",
    "sobjectDescribeOption",
    "supportedScopes",
];

fn describe(schema: &Schema, position: usize, base: &str, host: &str) -> Value {
    let object = &schema.objects[position];
    let standard = WRITABLE.contains(&position);
    let children: Vec<Value> = schema
        .children(position)
        .map(|children| {
            let child = &schema.objects[children.object];
            json!({
                "cascadeDelete": true,
                "childSObject": child.name,
                "deprecatedAndHidden": false,
                "field": child.fields[children.field].name,
                "junctionIdListNames": [],
                "junctionReferenceTo": [],
                "relationshipName": children.name,
                "restrictedDelete": false,
            })
        })
        .collect();
    let fields: Vec<Value> = object.visible_fields().map(|(_, field)| describe_field(field)).collect();
    let record_types = json!([{
        "active": true,
        "available": true,
        "defaultRecordTypeMapping": true,
        "developerName": "Master",
        "master": true,
        "name": "Master",
        "recordTypeId": "012000000000000AAA",
        "urls": { "layout": format!("{base}/describe/layouts/012000000000000AAA") },
    }]);
    json!({
        "actionOverrides": [],
        "activateable": false,
        "associateEntityType": null,
        "associateParentEntity": null,
        "childRelationships": children,
        "compactLayoutable": standard,
        "createable": standard,
        "custom": object.is_custom(),
        "customSetting": false,
        "deepCloneable": false,
        "defaultImplementation": null,
        "deletable": standard,
        "deprecatedAndHidden": false,
        "extendedBy": null,
        "extendsInterfaces": null,
        "feedEnabled": true,
        "fields": fields,
        "hasSubtypes": false,
        "implementedBy": null,
        "implementsInterfaces": null,
        "isInterface": false,
        "isSubtype": false,
        "keyPrefix": object.prefix,
        "label": object.label(),
        "labelPlural": object.plural,
        "layoutable": true,
        "listviewable": null,
        "lookupLayoutable": null,
        "mergeable": matches!(object.name, "Contact" | "Account" | "Lead"),
        "mruEnabled": true,
        "name": object.name,
        "namedLayoutInfos": [],
        "networkScopeFieldName": null,
        "queryable": true,
        "recordTypeInfos": record_types,
        "replicateable": is_replicateable(object),
        "retrieveable": true,
        "searchLayoutable": true,
        "searchable": true,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": [{ "label": format!("All {}", object.plural.to_lowercase()), "name": "everything" }],
        "triggerable": standard,
        "undeletable": standard && object.name != "OpportunityContactRole",
        "updateable": standard,
        "urls": {
            "compactLayouts": format!("{base}/describe/compactLayouts"),
            "rowTemplate": format!("{base}/{{ID}}"),
            "approvalLayouts": format!("{base}/describe/approvalLayouts"),
            "uiDetailTemplate": format!("{host}/{{ID}}"),
            "uiEditTemplate": format!("{host}/{{ID}}/e"),
            "listviews": format!("{base}/listviews"),
            "describe": format!("{base}/describe"),
            "uiNewRecord": format!("{host}/{}/e", object.prefix),
            "quickActions": format!("{base}/quickActions"),
            "layouts": format!("{base}/describe/layouts"),
            "sobject": base,
        },
    })
}

fn describe_field(field: &Field) -> Value {
    let kind = field.kind;
    let picklist: Vec<Value> = field
        .picklist
        .iter()
        .enumerate()
        .map(|(place, value)| {
            json!({
                "active": true,
                "defaultValue": place == 0 && field.has('d'),
                "label": value,
                "validFor": null,
                "value": value,
            })
        })
        .collect();
    let soap_type = match kind {
        Kind::Id | Kind::Reference => "tns:ID",
        Kind::Boolean => "xsd:boolean",
        Kind::Int => "xsd:int",
        Kind::Double | Kind::Currency | Kind::Percent => "xsd:double",
        Kind::Date => "xsd:date",
        Kind::Time => "xsd:time",
        Kind::DateTime => "xsd:dateTime",
        Kind::Address => "urn:address",
        _ => "xsd:string",
    };
    let extra = match (kind, field.compound.as_deref()) {
        (Kind::TextArea, _) => Some("plaintextarea"),
        (Kind::Url, _) if field.name.ends_with("PhotoUrl") => Some("imageurl"),
        (_, Some("Name")) => Some("personname"),
        _ => None,
    };
    // Ids count bytes as characters; text up to three bytes a character.
    let byte_length = if kind.is_id() { field.length } else { field.length * 3 };
    json!({
        "aggregatable": !matches!(kind, Kind::Boolean | Kind::Address) && !field.is_long_text(),
        "aiPredictionField": false,
        "autoNumber": false,
        "byteLength": byte_length,
        "calculated": field.has('k') && !field.has('C'),
        "calculatedFormula": null,
        "cascadeDelete": false,
        "caseSensitive": false,
        "compoundFieldName": field.compound,
        "controllerName": null,
        "createable": field.has('C'),
        "custom": field.has('k'),
        "defaultValue": if kind == Kind::Boolean { json!(false) } else { Value::Null },
        "defaultValueFormula": null,
        "defaultedOnCreate": field.has('d'),
        "dependentPicklist": false,
        "deprecatedAndHidden": false,
        "digits": if kind == Kind::Int { 8 } else { 0 },
        "displayLocationInDecimal": false,
        "encrypted": false,
        "externalId": field.has('x'),
        "extraTypeInfo": extra,
        "filterable": field.has('f'),
        "filteredLookupInfo": null,
        "formulaTreatNullNumberAsZero": false,
        "groupable": field.has('g'),
        "highScaleNumber": false,
        "htmlFormatted": false,
        "idLookup": field.has('i'),
        "inlineHelpText": null,
        "label": field.label,
        "length": field.length,
        "mask": null,
        "maskType": null,
        "name": field.name,
        "nameField": field.name == "Name",
        "namePointing": false,
        "nillable": field.has('n'),
        "permissionable": field.has('n') && (field.has('C') || field.has('k')),
        "picklistValues": picklist,
        "polymorphicForeignKey": field.targets.len() > 1,
        "precision": field.precision,
        "queryByDistance": kind == Kind::Address,
        "referenceTargetField": null,
        "referenceTo": field.targets,
        "relationshipName": field.relationship,
        "relationshipOrder": null,
        "restrictedDelete": false,
        "restrictedPicklist": field.is_restricted(),
        "scale": field.scale,
        "searchPrefilterable": false,
        "soapType": soap_type,
        "sortable": field.has('s'),
        "type": kind.name(),
        "unique": field.has('u'),
        "updateable": field.has('U'),
        "writeRequiresMasterRead": false,
    })
}
