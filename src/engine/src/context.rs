use crate::List;

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
    /// A list of texts, numbers and booleans.
    List(List<'a>),
}

/// The attributes of one context, by the program's numbers for them.
///
/// A trait, because the hosts keep them in different places: an array natively, slots of linear memory behind wasm.
pub trait Attributes {
    /// The value of attribute `id`; [`Value::Missing`] for an id the host did not fill.
    fn get(&self, id: u16) -> Value<'_>;
}

impl Attributes for [Value<'_>] {
    #[inline]
    fn get(&self, id: u16) -> Value<'_> {
        <[Value<'_>]>::get(self, usize::from(id)).copied().unwrap_or(Value::Missing)
    }
}

/// A variant the host hands in for the flag it asks for. The flags that one asks in turn know nothing of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pin {
    /// None: the flag is decided.
    #[default]
    None,
    /// This variant, whatever the flag says: for previews and tests. Nothing is exposed.
    Override(u16),
    /// The variant this unit had before: a split that still has it as an arm keeps it.
    Sticky(u16),
}

/// All that a decision depends on, beside the flag.
#[derive(Debug)]
pub struct Input<'a, A: ?Sized> {
    /// The attributes of the context.
    pub attributes: &'a A,
    /// The time of the decision in milliseconds since 1970. Flags whose [`reads_now`](crate::Flag::reads_now) is false
    /// do not look at it.
    pub now: i64,
    /// A variant handed in.
    pub pin: Pin,
}

impl<'a, A: ?Sized> Input<'a, A> {
    /// Attributes and time, nothing handed in.
    pub const fn new(attributes: &'a A, now: i64) -> Self {
        Self { attributes, now, pin: Pin::None }
    }
}

impl<A: ?Sized> Clone for Input<'_, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A: ?Sized> Copy for Input<'_, A> {}
