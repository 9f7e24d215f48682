/// The value of one attribute of a context. Nothing is ever coerced: a test of another type is false.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// The context does not have it.
    Missing,
    /// A boolean.
    Boolean(bool),
    /// A number, an IEEE double.
    Number(f64),
    /// A text, UTF-8.
    Text(&'a [u8]),
}

/// The attributes of one context, by the program's numbers for them.
///
/// A trait, because the hosts keep them in different places: an array natively, slots of linear memory behind wasm.
pub trait Attributes {
    /// The value of attribute `id`; [`Value::Missing`] for an id the host did not fill.
    fn get(&self, id: u16) -> Value<'_>;
}

impl Attributes for [Value<'_>] {
    fn get(&self, id: u16) -> Value<'_> {
        <[Value<'_>]>::get(self, usize::from(id)).copied().unwrap_or(Value::Missing)
    }
}
