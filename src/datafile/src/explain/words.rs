//! What a test asks, in the words of a datafile.

use crate::decompile::Ask;
use isoflag_engine::layout::{NETWORK, op};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Operator, operand, and whether case is ignored.
pub(super) fn words(ask: &Ask) -> (&'static str, Option<Value>, bool) {
    match ask {
        Ask::NowBefore(instant) => ("now.until", Some(json!(instant)), false),
        Ask::NowNotBefore(instant) => ("now.from", Some(json!(instant)), false),
        Ask::Flag { variant, .. } => ("flag", Some(json!(variant)), false),
        Ask::Attribute { op, operand, .. } => {
            let (operator, operand) = attribute(*op, operand);
            (operator, operand, (op::FOLD_EQUALS..=op::FOLD_INCLUDES).contains(op))
        }
    }
}

fn attribute(operation: u8, operand: &[u8]) -> (&'static str, Option<Value>) {
    let text = || Some(json!(String::from_utf8_lossy(operand)));
    let number = || numbers(operand).into_iter().next();
    let many = |values: Vec<Value>| Some(Value::Array(values));
    match operation {
        op::EXISTS => ("exists", Some(json!(true))),
        op::IS_TRUE => ("equals", Some(json!(true))),
        op::IS_FALSE => ("equals", Some(json!(false))),
        op::TEXT_EQUALS | op::FOLD_EQUALS => ("equals", text()),
        op::NUMBER_EQUALS => ("equals", number()),
        op::TEXT_IN | op::FOLD_IN => ("in", many(texts(operand))),
        op::NUMBER_IN => ("in", many(numbers(operand))),
        op::LESS => ("lessThan", number()),
        op::AT_MOST => ("atMost", number()),
        op::GREATER => ("greaterThan", number()),
        op::AT_LEAST => ("atLeast", number()),
        op::STARTS | op::FOLD_STARTS => ("startsWith", text()),
        op::ENDS | op::FOLD_ENDS => ("endsWith", text()),
        op::INCLUDES | op::FOLD_INCLUDES => ("includes", text()),
        op::MATCHES => ("matches", None),
        op::VERSION_EQUALS => ("version.equals", version(operand)),
        op::VERSION_LESS => ("version.lessThan", version(operand)),
        op::VERSION_AT_MOST => ("version.atMost", version(operand)),
        op::VERSION_GREATER => ("version.greaterThan", version(operand)),
        op::VERSION_AT_LEAST => ("version.atLeast", version(operand)),
        op::DATE_BEFORE => ("date.before", instant(operand)),
        op::DATE_NOT_AFTER => ("date.notAfter", instant(operand)),
        op::DATE_AFTER => ("date.after", instant(operand)),
        op::DATE_NOT_BEFORE => ("date.notBefore", instant(operand)),
        op::IN_NETWORK => ("inNetwork", many(operand.chunks_exact(NETWORK).filter_map(network).collect())),
        op::LIST_HAS_TEXT => ("contains", text()),
        op::LIST_HAS_NUMBER => ("contains", number()),
        op::LIST_HAS_TRUE => ("contains", Some(json!(true))),
        op::LIST_HAS_FALSE => ("contains", Some(json!(false))),
        op::LIST_ANY_TEXT => ("containsAny", many(texts(operand))),
        op::LIST_ANY_NUMBER => ("containsAny", many(numbers(operand))),
        _ => ("unknown", None),
    }
}

/// Texts, each behind its length.
fn texts(mut operand: &[u8]) -> Vec<Value> {
    let mut found = Vec::new();
    while let Some((length, rest)) = operand.split_first_chunk() {
        let Some((text, rest)) =
            usize::try_from(u64::from_le_bytes(*length)).ok().and_then(|n| rest.split_at_checked(n))
        else {
            break;
        };
        found.push(json!(String::from_utf8_lossy(text)));
        operand = rest;
    }
    found
}

fn numbers(operand: &[u8]) -> Vec<Value> {
    let number = |bytes: &[u8]| Some(tidy(f64::from_le_bytes(*bytes.first_chunk()?)));
    operand.chunks_exact(8).filter_map(number).collect()
}

/// A whole number as people write it: 18, not 18.0.
fn tidy(number: f64) -> Value {
    let whole = number as i64;
    if whole as f64 == number && number.abs() < 9e15 { json!(whole) } else { json!(number) }
}

fn instant(operand: &[u8]) -> Option<Value> {
    Some(json!(i64::from_le_bytes(*operand.first_chunk()?)))
}

/// Three numbers and the pre-release behind them.
fn version(operand: &[u8]) -> Option<Value> {
    let (core, pre) = operand.split_at_checked(24)?;
    let numbers: Vec<String> =
        core.chunks_exact(8).filter_map(|part| Some(u64::from_le_bytes(*part.first_chunk()?).to_string())).collect();
    let pre = String::from_utf8_lossy(pre);
    let dash = if pre.is_empty() { "" } else { "-" };
    Some(json!(format!("{}{dash}{pre}", numbers.join("."))))
}

/// An address of 16 bytes and a prefix length of 128.
fn network(bytes: &[u8]) -> Option<Value> {
    let address = Ipv6Addr::from(*bytes.first_chunk::<16>()?);
    let prefix = *bytes.get(16)?;
    let written = match (address.to_ipv4_mapped(), prefix.checked_sub(96)) {
        (Some(short), Some(prefix)) => in_prefix(short, prefix),
        _ => format!("{address}/{prefix}"),
    };
    Some(json!(written))
}

fn in_prefix(address: Ipv4Addr, prefix: u8) -> String {
    format!("{address}/{prefix}")
}
