//! Plain values across the border. Not through serde: its wording of every type's every mistake is a sixth of the wasm.

use crate::keys::{camel, snake};
use isoflag_methods::Value;
use js_sys::{Array, Error, Object, Reflect};
use wasm_bindgen::prelude::{JsCast, JsValue};

/// What deep nesting ends in, long before the stack does.
const DEEPEST: u32 = 32;

/// With the keys of this workspace.
pub(crate) fn from_js(value: &JsValue) -> Result<Value, JsValue> {
    read(value, DEEPEST).map(|value| value.with_keys(snake))
}

fn read(value: &JsValue, deeper: u32) -> Result<Value, JsValue> {
    let deeper = deeper.checked_sub(1).ok_or_else(|| Error::new("the input is nested too deeply"))?;
    if value.is_null() || value.is_undefined() {
        Ok(Value::Null)
    } else if let Some(number) = value.as_f64() {
        Ok(Value::Number(number))
    } else if let Some(flag) = value.as_bool() {
        Ok(Value::Bool(flag))
    } else if let Some(text) = value.as_string() {
        Ok(Value::String(text))
    } else if let Some(list) = value.dyn_ref::<Array>() {
        list.iter().map(|value| read(&value, deeper)).collect::<Result<_, _>>().map(Value::Array)
    } else if let Some(object) = value.dyn_ref::<Object>() {
        let entry = |entry: JsValue| {
            let entry: Array = entry.unchecked_into();
            Ok((entry.get(0).as_string().unwrap_or_default(), read(&entry.get(1), deeper)?))
        };
        Object::entries(object).iter().map(entry).collect::<Result<_, JsValue>>().map(Value::Object)
    } else {
        Err(Error::new("the input has a value that is no plain one").into())
    }
}

/// With the keys of JavaScript.
pub(crate) fn to_js(value: &Value) -> Result<JsValue, JsValue> {
    Ok(match value {
        Value::Null => JsValue::NULL,
        Value::Bool(flag) => JsValue::from_bool(*flag),
        Value::Number(number) => JsValue::from_f64(*number),
        Value::String(text) => JsValue::from_str(text),
        Value::Array(values) => values.iter().map(to_js).collect::<Result<Array, _>>()?.into(),
        Value::Object(entries) => {
            let object = Object::new();
            for (key, value) in entries {
                Reflect::set(&object, &JsValue::from_str(&camel(key)), &to_js(value)?)?;
            }
            object.into()
        }
    })
}
