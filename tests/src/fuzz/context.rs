use crate::DecisionVectors;
use isoflag_datafile::explain::explain;
use isoflag_engine::{Flag, Input, List, Pin, Program, Reason, Value, decide};
use serde_json::{Map, Value as Json};
use std::sync::LazyLock;

/// The programs of the vectors. One that does not compile is missing here, and a failed test elsewhere.
static PROGRAMS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let mut files: Vec<_> =
        std::fs::read_dir(crate::directory()).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect();
    files.sort();
    files
        .iter()
        .filter_map(|name| crate::read::<DecisionVectors>(name.to_str()?).ok())
        .filter_map(|vectors| isoflag_datafile::compile(&vectors.datafile.to_string()).ok())
        .map(|compiled| compiled.program)
        .collect()
});

/// Takes `count` bytes off the front; fewer when there are no more.
fn take<'a>(data: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (head, rest) = data.split_at(count.min(data.len()));
    *data = rest;
    head
}

fn byte(data: &mut &[u8]) -> u8 {
    take(data, 1).first().copied().unwrap_or(0)
}

fn value<'a>(data: &mut &'a [u8]) -> Value<'a> {
    let kind = byte(data);
    match kind % 6 {
        0 => Value::Missing,
        1 => Value::Boolean(kind & 128 == 0),
        2 => Value::Number(f64::from_bits(take(data, 8).iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte)))),
        3 => Value::Number(f64::from(byte(data))),
        4 => {
            let len = usize::from(byte(data));
            Value::Text(take(data, len))
        }
        _ => {
            let len = usize::from(byte(data));
            Value::List(List::new(take(data, len)))
        }
    }
}

/// A context in JSON, where JSON can say it.
fn said(program: &Program<'_>, attributes: &[Value<'_>]) -> Option<Map<String, Json>> {
    let mut context = Map::new();
    for (id, value) in attributes.iter().enumerate() {
        let name = str::from_utf8(program.attribute(u16::try_from(id).ok()?)?).ok()?;
        let value = match value {
            Value::Missing => continue,
            Value::Boolean(value) => Json::Bool(*value),
            Value::Number(number) => Json::Number(serde_json::Number::from_f64(*number)?),
            Value::Text(text) => Json::String(str::from_utf8(text).ok()?.to_owned()),
            Value::List(_) => return None,
        };
        context.insert(name.to_owned(), value);
    }
    Some(context)
}

/// The explanation of a decision is of that decision.
fn explained(
    bytes: &[u8],
    flag: &Flag<'_>,
    context: &Map<String, Json>,
    now: i64,
    decision: &isoflag_engine::Decision,
) {
    let Some(key) = flag.key().and_then(|key| str::from_utf8(key).ok()) else { return };
    let explanation = explain(bytes, key, context, now).ok().flatten();
    assert!(explanation.is_some(), "`{key}` is not explained");
    let Some(seen) = explanation else { return };
    let variant = decision.variant.and_then(|variant| flag.variant(variant)).map(|variant| variant.name);
    assert_eq!(seen.variant.as_deref().map(str::as_bytes), variant, "{key} {context:?}");
    let decided = (decision.reason.name(), decision.rule, decision.bucket, decision.exposed);
    assert_eq!((seen.reason, seen.rule, seen.bucket, seen.exposed), decided, "{key} {context:?}");
}

/// Any context for a program that is whole: a decision, the same one again, and an explanation of it.
pub fn context(data: &[u8]) {
    let mut data = data;
    let which = usize::from(byte(&mut data));
    let pin = match byte(&mut data) {
        pin @ 0..8 => Pin::Override(u16::from(pin)),
        pin @ 8..16 => Pin::Sticky(u16::from(pin - 8)),
        _ => Pin::None,
    };
    let now = take(&mut data, 6).iter().fold(0, |now, byte| now << 8 | i64::from(*byte));
    let Some(bytes) = PROGRAMS.get(which % PROGRAMS.len().max(1)) else { return };
    let Ok(program) = Program::open(bytes) else { return };
    let attributes: Vec<Value<'_>> = (0..program.attributes()).map(|_| value(&mut data)).collect();
    let context = if pin == Pin::None { said(&program, &attributes) } else { None };
    for flag in (0..program.len()).filter_map(|number| program.flag(number)) {
        let input = Input { attributes: attributes.as_slice(), now, pin };
        let decision = decide(&flag, &input);
        assert!(decision.reason != Reason::Unusable || matches!(pin, Pin::Override(_)), "{decision:?}");
        assert_eq!(decision, decide(&flag, &input));
        if let Some(context) = &context {
            explained(bytes, &flag, context, now, &decision);
        }
    }
}
