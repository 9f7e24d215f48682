use serde_json::{Value, json};

use super::*;
use crate::limits::{AHEAD, EARLIEST, LOST};

const NOW: i64 = 1_763_900_000_000;
const ID: &str = "019ab3f0-1c2d-7abc-8def-0123456789ab";

fn exposure() -> Value {
    json!({ "type": "exposure", "experiment": "checkout", "run": "1a2b3c4d", "unitType": "visitorId", "unit": "v-1",
            "variant": "control", "at": NOW, "program": "0".repeat(64) })
}

fn event() -> Value {
    json!({ "type": "event", "id": ID, "name": "revenue", "units": { "visitorId": "v-1" }, "at": NOW,
            "properties": { "value": 59.9 }, "experiments": { "checkout": "control" } })
}

fn with(mut base: Value, field: &str, value: Value) -> Value {
    base[field] = value;
    base
}

fn without(mut base: Value, field: &str) -> Value {
    base.as_object_mut().unwrap().remove(field);
    base
}

fn judge(events: &[Value], may_import: bool) -> Batch {
    validate(&json!({ "events": events }).to_string(), Terms { now: NOW, may_import, horizon: 0 }).unwrap()
}

#[test]
fn good_items_are_taken_as_they_stand() {
    let batch = judge(
        &[exposure(), event(), with(exposure(), "unit", json!(42)), with(event(), "properties", Value::Null)],
        false,
    );
    assert_eq!(batch.rejected, []);
    let Item::Exposure(first) = &batch.items[0] else { panic!("{batch:?}") };
    assert_eq!((first.unit.as_str(), first.variant.as_str(), first.at, first.imported), ("v-1", "control", NOW, false));
    let Item::Event(second) = &batch.items[1] else { panic!("{batch:?}") };
    assert_eq!((second.id.as_str(), second.units["visitorId"].as_str()), (ID, "v-1"));
    assert_eq!(second.properties["value"], json!(59.9));
    let Item::Exposure(third) = &batch.items[2] else { panic!("{batch:?}") };
    assert_eq!(third.unit, "42");
}

#[test]
fn every_rejection_names_its_field() {
    let deep = json!({ "a": { "b": { "c": { "d": { "e": { "f": 1 } } } } } });
    let many: serde_json::Map<String, Value> = (0..9).map(|n| (format!("u{n}"), json!("x"))).collect();
    for (item, field, code) in [
        (json!(7), "events[0]", Code::WrongType),
        (json!([]), "events[0]", Code::WrongType),
        (without(event(), "type"), "events[0].type", Code::Missing),
        (with(event(), "type", json!("click")), "events[0].type", Code::BadValue),
        (with(event(), "type", json!(1)), "events[0].type", Code::WrongType),
        (without(event(), "id"), "events[0].id", Code::Missing),
        (with(event(), "id", json!("1")), "events[0].id", Code::BadValue),
        (with(event(), "id", json!("019ab3f0-1c2d-4abc-8def-0123456789ab")), "events[0].id", Code::BadValue),
        (without(event(), "name"), "events[0].name", Code::Missing),
        (with(event(), "name", json!("")), "events[0].name", Code::BadValue),
        (with(event(), "name", json!("a b")), "events[0].name", Code::BadValue),
        (with(event(), "name", json!("a".repeat(129))), "events[0].name", Code::TooLarge),
        (without(event(), "units"), "events[0].units", Code::Missing),
        (with(event(), "units", json!({})), "events[0].units", Code::BadValue),
        (with(event(), "units", json!(many)), "events[0].units", Code::TooLarge),
        (with(event(), "units", json!({ "visitorId": "" })), "events[0].units.visitorId", Code::BadValue),
        (with(event(), "units", json!({ "visitorId": 1.5 })), "events[0].units.visitorId", Code::BadValue),
        (
            with(event(), "units", json!({ "visitorId": 9_007_199_254_740_992_i64 })),
            "events[0].units.visitorId",
            Code::BadValue,
        ),
        (with(event(), "units", json!({ "visitorId": true })), "events[0].units.visitorId", Code::WrongType),
        (with(event(), "units", json!({ "visitorId": "x".repeat(257) })), "events[0].units.visitorId", Code::TooLarge),
        (without(event(), "at"), "events[0].at", Code::Missing),
        (with(event(), "at", json!("now")), "events[0].at", Code::WrongType),
        (with(event(), "at", json!(NOW / 1000)), "events[0].at", Code::BadTime),
        (with(event(), "at", json!(NOW * 1000)), "events[0].at", Code::BadTime),
        (with(event(), "at", json!(NOW + AHEAD + 1)), "events[0].at", Code::BadTime),
        (with(event(), "properties", json!([])), "events[0].properties", Code::WrongType),
        (with(event(), "properties", deep), "events[0].properties.a.b.c.d.e", Code::TooLarge),
        (with(event(), "properties", json!({ "a\"b": 1 })), "events[0].properties.a\"b", Code::BadValue),
        (with(event(), "properties", json!({ "a": "x".repeat(17_000) })), "events[0].properties", Code::TooLarge),
        (with(event(), "experiments", json!({ "checkout": 1 })), "events[0].experiments.checkout", Code::WrongType),
        (with(event(), "propertes", json!({})), "events[0].propertes", Code::UnknownField),
        (with(event(), "source", json!("import")), "events[0].source", Code::NotAllowed),
        (with(event(), "source", json!("web")), "events[0].source", Code::BadValue),
        (without(exposure(), "experiment"), "events[0].experiment", Code::Missing),
        (with(exposure(), "experiment", json!("x".repeat(257))), "events[0].experiment", Code::TooLarge),
        (with(exposure(), "run", json!("1A2B3C4D")), "events[0].run", Code::BadValue),
        (with(exposure(), "run", json!("1a2b")), "events[0].run", Code::BadValue),
        (with(exposure(), "unitType", json!("")), "events[0].unitType", Code::BadValue),
        (with(exposure(), "unit", json!("a\nb")), "events[0].unit", Code::BadValue),
        (with(exposure(), "variant", Value::Null), "events[0].variant", Code::Missing),
        (with(exposure(), "program", json!("latest")), "events[0].program", Code::BadValue),
        (with(exposure(), "name", json!("x")), "events[0].name", Code::UnknownField),
    ] {
        let batch = judge(&[item.clone(), event()], false);
        assert_eq!(batch.items.len(), 1, "the good neighbour of {item} is lost");
        let [rejection] = batch.rejected.as_slice() else { panic!("{item} was taken") };
        assert_eq!(
            (rejection.index, rejection.field.as_str(), rejection.code),
            (0, field, code),
            "{item}: {}",
            rejection.message
        );
        assert!(rejection.message.len() < 200 && !rejection.message.ends_with('.'), "{}", rejection.message);
    }
}

#[test]
fn edges_that_pass() {
    for item in [
        with(event(), "at", json!(EARLIEST)),
        with(event(), "at", json!(NOW + AHEAD)),
        with(event(), "name", json!("a".repeat(128))),
        with(event(), "name", json!("$page/view:2.0-x_y")),
        with(event(), "units", json!({ "visitorId": "x".repeat(256), "userId": -7 })),
        with(event(), "units", json!({ "visitorId": "Zoë 👋" })),
        with(event(), "properties", json!({ "a": { "b": { "c": { "d": 1 } } } })),
        with(event(), "id", json!(ID.to_uppercase())),
    ] {
        assert_eq!(judge(std::slice::from_ref(&item), false).rejected, [], "{item}");
    }
}

#[test]
fn a_server_may_import() {
    let batch = judge(&[with(event(), "source", json!("import")), with(exposure(), "source", json!("import"))], true);
    assert!(matches!(
        &batch.items[..],
        [Item::Event(Event { imported: true, .. }), Item::Exposure(Exposure { imported: true, .. })]
    ));
}

#[test]
fn what_json_cannot_hold_costs_one_event() {
    let good = event().to_string();
    for bad in [
        good.replace("59.9", "1e999"),
        good.replace("\"v-1\"", "\"\\ud800\""),
        good.replace("\"at\":", "\"at\":1,\"at\":"),
        format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000)),
    ] {
        let body = format!("{{\"events\":[{good},{bad},{good}]}}");
        let batch = validate(&body, Terms { now: NOW, may_import: false, horizon: 0 }).unwrap();
        assert_eq!((batch.items.len(), batch.rejected.len(), batch.rejected[0].index), (2, 1, 1), "{bad:.80}");
    }
}

#[test]
fn what_is_not_a_batch_is_refused_whole() {
    for (body, field) in [
        ("", None),
        ("nonsense", None),
        ("[]", None),
        ("{}", None),
        (r#"{"events":{}}"#, None),
        (r#"{"events":[],"events":[]}"#, None),
        (r#"{"events":[],"sent":1}"#, None),
        (r#"{"events":[],"sender":""}"#, Some("sender")),
        (r#"{"events":[],"sender":7}"#, Some("sender")),
        (r#"{"events":[],"dropped":{"bot":1}}"#, Some("sender")),
        (r#"{"events":[],"sender":"p","dropped":[1]}"#, Some("dropped")),
        (r#"{"events":[],"sender":"p","dropped":{"bot":-1}}"#, Some("dropped")),
        (r#"{"events":[],"sender":"p","dropped":{"bot":1.5}}"#, Some("dropped")),
        (r#"{"events":[],"sender":"p","dropped":{"":1}}"#, Some("dropped")),
    ] {
        match validate(body, Terms { now: NOW, may_import: false, horizon: 0 }) {
            Err(Refusal::NotABatch { field: found, .. }) => assert_eq!(found.as_deref(), field, "{body}"),
            other => panic!("{body}: {other:?}"),
        }
    }
    let too_many = json!({ "events": vec![event(); EVENTS + 1] }).to_string();
    assert_eq!(
        validate(&too_many, Terms { now: NOW, may_import: false, horizon: 0 }),
        Err(Refusal::TooManyEvents { sent: EVENTS + 1 })
    );
    let empty =
        validate(r#"{"events":[],"sentAt":1763900000000}"#, Terms { now: NOW, may_import: false, horizon: 0 }).unwrap();
    assert_eq!(empty, Batch { sent_at: Some(NOW), ..Batch::default() });
}

#[test]
fn what_is_older_than_the_ledger_keeps_is_refused_by_its_field_unless_it_is_brought_in() {
    let made = 0x019a_b3f0_1c2d;
    let shown = |at: i64, source: Option<&str>| {
        json!({ "type": "exposure", "experiment": "e", "run": "1a2b3c4d", "unitType": "visitorId", "unit": "v",
                "variant": "control", "at": at, "source": source })
    };
    let happened = |source: Option<&str>| {
        json!({ "type": "event", "id": "019ab3f0-1c2d-7abc-8def-0123456789ab", "name": "x", "units": { "visitorId": "v" },
                "at": made, "source": source })
    };
    let read = |horizon, source: Option<&str>| {
        let body = json!({ "events": [shown(made, source), happened(source)] }).to_string();
        let batch = validate(&body, Terms { now: made + 5, may_import: true, horizon }).unwrap();
        (batch.items.len(), batch.rejected.into_iter().map(|one| (one.field, one.code)).collect::<Vec<_>>())
    };
    assert_eq!(read(0, None), (2, vec![]));
    assert_eq!(read(made, None), (2, vec![]));
    let old = |field: &str| (field.to_owned(), Code::TooOld);
    assert_eq!(read(made + 1, None), (0, vec![old("events[0].at"), old("events[1].id")]));
    assert_eq!(read(made + 1, Some("import")), (2, vec![]));

    // An id of the far future would be kept for ever.
    let mut far = happened(None);
    far["id"] = json!("fffab3f0-1c2d-7abc-8def-0123456789ab");
    let body = json!({ "events": [far] }).to_string();
    let batch = validate(&body, Terms { now: made, may_import: false, horizon: 0 }).unwrap();
    assert_eq!((batch.rejected[0].field.as_str(), batch.rejected[0].code), ("events[0].id", Code::BadTime));
}

#[test]
fn what_a_sender_lost_is_read() {
    let terms = Terms { now: NOW, may_import: false, horizon: 0 };
    let body = r#"{"events":[],"sender":"019ab3f0-page","dropped":{"queue_full":3,"not_json":0}}"#;
    let dropped = validate(body, terms).unwrap().dropped.unwrap();
    assert_eq!(dropped.sender, "019ab3f0-page");
    assert_eq!(dropped.counts, [("not_json".to_owned(), 0), ("queue_full".to_owned(), 3)].into());
    for silent in [r#"{"events":[]}"#, r#"{"events":[],"sender":"p"}"#, r#"{"events":[],"sender":"p","dropped":null}"#]
    {
        assert_eq!(validate(silent, terms).unwrap().dropped, None, "{silent}");
    }
}

#[test]
fn a_link_by_a_client_key_counts_a_day_back_at_most() {
    const DAY: i64 = 86_400_000;
    for (at, may_import, counts) in [
        (EARLIEST, false, NOW - DAY),
        (NOW - DAY - 1, false, NOW - DAY),
        (NOW - DAY + 1, false, NOW - DAY + 1),
        (NOW + 5, false, NOW + 5),
        (EARLIEST, true, EARLIEST),
    ] {
        let mut link = json!({ "unitType": "visitorId", "unit": "v-1", "toType": "userId", "to": "u-1", "at": at });
        let terms = Terms { now: NOW, may_import, horizon: 0 };
        let apart = validate_aliases(&json!({ "aliases": [link] }).to_string(), terms).unwrap();
        link["type"] = json!("alias");
        let among = judge(&[link], may_import);
        assert_eq!(apart.items, among.items);
        let Item::Alias(Alias { at: taken, .. }) = &among.items[0] else { panic!("{among:?}") };
        assert_eq!(*taken, counts);
    }
}

#[test]
fn a_clock_nobody_can_mean_costs_the_skew_and_no_event() {
    for sent_at in [
        json!("now"),
        json!(5000),
        json!(NOW / 1000),
        json!(NOW * 1000),
        json!(1e300),
        json!(-1),
        json!(1.5),
        json!([]),
        json!({ "a": 1 }),
        json!(true),
    ] {
        let body = json!({ "sentAt": sent_at, "events": [exposure(), event(), 7] }).to_string();
        let batch = validate(&body, Terms { now: NOW, may_import: false, horizon: 0 }).unwrap();
        assert_eq!((batch.sent_at, batch.items.len(), batch.rejected.len()), (None, 2, 1), "{sent_at}");
        assert_eq!(batch.ignored.iter().map(|one| one.field).collect::<Vec<_>>(), ["sentAt"], "{sent_at}");
    }
    for sent_at in ["1e999", r#""\ud800""#, "17639000000000000000000000000"] {
        let body = format!(r#"{{"sentAt":{sent_at},"events":[{}]}}"#, event());
        let batch = validate(&body, Terms { now: NOW, may_import: false, horizon: 0 }).unwrap();
        assert_eq!((batch.sent_at, batch.items.len(), batch.ignored.len()), (None, 1, 1), "{sent_at}");
    }
    for (sent_at, read) in [(json!(NOW), Some(NOW)), (Value::Null, None)] {
        let body = json!({ "sentAt": sent_at, "events": [] }).to_string();
        let batch = validate(&body, Terms { now: NOW, may_import: false, horizon: 0 }).unwrap();
        assert_eq!((batch.sent_at, batch.ignored), (read, vec![]), "{sent_at}");
    }
}

#[test]
fn nul_is_refused_by_its_field_wherever_it_stands() {
    for (item, field) in [
        (with(event(), "properties", json!({ "note": "a\0b" })), "events[0].properties.note"),
        (with(event(), "properties", json!({ "deep": { "list": ["a", "\0"] } })), "events[0].properties.deep.list[1]"),
        (with(event(), "properties", json!({ "a\0b": 1 })), "events[0].properties.a\\u0000b"),
        (with(event(), "properties", json!({ "deep": { "a\0b": 1 } })), "events[0].properties.deep.a\\u0000b"),
        (with(event(), "name", json!("a\0b")), "events[0].name"),
        (with(event(), "units", json!({ "visitorId": "\0" })), "events[0].units.visitorId"),
        (with(event(), "units", json!({ "visitor\0Id": "v" })), "events[0].units.visitor\\u0000Id"),
        (with(event(), "experiments", json!({ "checkout": "con\0trol" })), "events[0].experiments.checkout"),
        (with(exposure(), "unit", json!("v\0")), "events[0].unit"),
        (with(exposure(), "variant", json!("\0")), "events[0].variant"),
        (with(exposure(), "\0", json!(1)), "events[0].\\u0000"),
    ] {
        let batch = judge(&[item.clone(), event()], false);
        let [rejection] = batch.rejected.as_slice() else { panic!("{item} was taken") };
        assert_eq!((batch.items.len(), rejection.field.as_str(), rejection.code), (1, field, Code::BadValue), "{item}");
    }
    // The same letters written out are text like any other.
    let written = with(event(), "properties", json!({ "note": "\\u0000 \u{1} \u{fffd}" }));
    assert_eq!(judge(&[written], false).rejected, []);
    let links =
        r#"{"aliases":[{"unitType":"visitorId","unit":"v\u0000","toType":"userId","to":"u","at":1763900000000}]}"#;
    let batch = validate_aliases(links, Terms { now: NOW, may_import: false, horizon: 0 }).unwrap();
    assert_eq!((batch.items.len(), batch.rejected[0].field.as_str()), (0, "aliases[0].unit"));
}

#[test]
fn one_sender_can_only_have_lost_so_much() {
    let terms = Terms { now: NOW, may_import: false, horizon: 0 };
    for (said, taken) in
        [("7", 7), ("1000000", LOST), ("1000001", LOST), ("9007199254740991", LOST), ("18446744073709551615", LOST)]
    {
        let body = format!(r#"{{"events":[],"sender":"p","dropped":{{"queue_full":{said}}}}}"#);
        let dropped = validate(&body, terms).unwrap().dropped.unwrap();
        assert_eq!(dropped.counts, [("queue_full".to_owned(), taken)].into(), "{said}");
    }
}
