//! What one connection lays over a table.

use crate::contacts;
use heddle_mapping::{
    Constants, Envelope, MappedField, NamedCodec, Overlay, Plan, PlanSpec, Purpose, Wire, Writable, WriteRefused,
    WriteSpec, write_overlaid,
};
use serde_json::{Value, json};

fn field(name: &str, path: &str, codec: NamedCodec) -> MappedField {
    MappedField { name: name.into(), path: path.into(), codec, reads: true, writes: true, unusable: None }
}

fn read(mapped: &[MappedField], fields: Option<&[String]>, record: &Value) -> (Value, Vec<String>, usize) {
    let plan = Plan::overlaid(
        &PlanSpec {
            table: &contacts::TABLE,
            described: &|_| true,
            fields,
            expand: &[],
            custom: &[],
            raw: false,
            sort: None,
            constants: Constants::default(),
        },
        &Overlay { mapped, currency: None },
    );
    let mut out = Vec::new();
    let page = plan.read(record.to_string().as_bytes(), &Envelope::ONE, 1, &mut out).unwrap();
    let told = page.warnings.into_iter().map(|warning| warning.field).collect();
    (serde_json::from_slice(&out).unwrap(), told, plan.unusable().len())
}

fn written(mapped: &[MappedField], body: &Value) -> Result<Vec<(String, Wire<'static>)>, Vec<String>> {
    let spec = WriteSpec {
        table: &contacts::TABLE,
        purpose: Purpose::Update,
        writable: &|_| Writable::Yes,
        offers: &|_, _| true,
        custom: &[],
    };
    let body = body.to_string();
    match write_overlaid(&spec, &Overlay { mapped, currency: None }, body.as_bytes()) {
        Ok(changes) => Ok(changes.values),
        Err(WriteRefused::Fields(errors)) => Err(errors.into_iter().map(|error| error.pointer).collect()),
        Err(refused) => panic!("{refused}"),
    }
}

#[test]
fn each_codec_reads_and_writes_back_what_it_read() {
    for (codec, provider, common) in [
        (NamedCodec::Text, json!("Gold"), json!("Gold")),
        (NamedCodec::Id, json!("001000000000001AAA"), json!("001000000000001AAA")),
        (NamedCodec::Integer, json!(5), json!(5)),
        (NamedCodec::Number, json!(5.25), json!(5.25)),
        (NamedCodec::Decimal, json!(5.25), json!("5.25")),
        (NamedCodec::Boolean, json!(true), json!(true)),
        (NamedCodec::Date, json!("2026-05-18"), json!("2026-05-18")),
        (NamedCodec::Datetime, json!("2026-05-18T06:17:35.000Z"), json!("2026-05-18T06:17:35.000Z")),
        (NamedCodec::List, json!("a;b c"), json!(["a", "b c"])),
    ] {
        let mapped = [field("own", "Own__c", codec)];
        let (record, told, _) = read(&mapped, None, &json!({"Id": "1", "Own__c": provider}));
        assert_eq!(record["mapped_fields"], json!({"own": common}), "{}", codec.as_str());
        assert!(!told.contains(&"mapped_fields.own".to_owned()), "{told:?}");
        let back = written(&mapped, &json!({"mapped_fields": {"own": common}})).unwrap();
        let mut json = Vec::new();
        back[0].1.push_json(&mut json);
        assert_eq!((back[0].0.as_str(), serde_json::from_slice::<Value>(&json).unwrap()), ("Own__c", provider));
        assert_eq!(NamedCodec::parse(codec.as_str()), Some(codec));
    }
    assert_eq!(NamedCodec::ALL.len(), 9, "each is among the samples");
}

#[test]
fn a_value_that_does_not_fit_is_null_and_told() {
    let mapped = [field("score", "Score__c", NamedCodec::Decimal)];
    let (record, told, _) = read(&mapped, None, &json!({"Id": "1", "Score__c": "much"}));
    assert_eq!(record["mapped_fields"], json!({"score": null}));
    assert!(told.contains(&"mapped_fields.score".to_owned()), "{told:?}");
}

#[test]
fn what_cannot_be_used_is_left_out_and_named_where_it_was_asked_for() {
    let gone = MappedField { unusable: Some("it is gone".into()), ..field("tier", "Tier__c", NamedCodec::Text) };
    let mapped = [gone, field("own", "Own__c", NamedCodec::Text)];
    let record = json!({"Id": "1", "Tier__c": "Gold", "Own__c": "x"});
    assert_eq!(read(&mapped, None, &record).0["mapped_fields"], json!({"own": "x"}));
    let only = |name: &str| read(&mapped, Some(&[name.to_owned()]), &record);
    assert_eq!((only("mapped_fields.own").2, only("mapped_fields.tier").2, only("id").2), (0, 1, 0));
    assert_eq!(written(&mapped, &json!({"mapped_fields": {"tier": null}})), Err(vec!["/mapped_fields/tier".into()]));
}

#[test]
fn keys_merge_and_every_objection_is_told() {
    let only_read = MappedField { writes: false, ..field("seen", "Seen__c", NamedCodec::Text) };
    let mapped = [field("own", "Own__c", NamedCodec::Boolean), only_read, field("tags", "Tags__c", NamedCodec::List)];
    let cleared = written(&mapped, &json!({"mapped_fields": {"own": null, "seen": "x", "tags": []}})).unwrap();
    assert_eq!(cleared, [("Own__c".to_owned(), Wire::Null), ("Tags__c".to_owned(), Wire::Null)]);
    let bad = json!({"mapped_fields": {"own": "yes", "other": 1, "tags": ["a;b"]}});
    let pointers = ["/mapped_fields/other", "/mapped_fields/own", "/mapped_fields/tags"].map(str::to_owned);
    assert_eq!(written(&mapped, &bad), Err(pointers.to_vec()));
    assert_eq!(written(&mapped, &json!({"mapped_fields": null})), Err(vec!["/mapped_fields".to_owned()]));
}
