use crate::value::Value;
use isoflag_stats::{Alternative, Proportion, ProportionVariance, Sample, Spending};
use std::cell::RefCell;

/// A case's input, remembering which keys were read.
pub struct Input<'a> {
    values: &'a [(String, Value)],
    read: RefCell<Vec<String>>,
}

type Read<T> = Result<T, String>;

impl<'a> Input<'a> {
    /// Of an object's entries.
    #[must_use]
    pub fn new(values: &'a [(String, Value)]) -> Self {
        Self { values, read: RefCell::default() }
    }

    /// Keys that nobody asked for.
    #[must_use]
    #[inline(never)]
    pub fn unread(&self) -> Vec<String> {
        self.values.iter().map(|(key, _)| key).filter(|key| !self.read.borrow().contains(key)).cloned().collect()
    }

    /// Whatever stands under `key`, `null` when nothing does.
    #[inline(never)]
    pub fn value(&self, key: &str) -> &'a Value {
        self.read.borrow_mut().push(key.into());
        self.values.iter().find(|(name, _)| name == key).map_or(&Value::Null, |(_, value)| value)
    }

    /// The number under `key`.
    ///
    /// # Errors
    ///
    /// When something else stands there.
    #[inline(never)]
    pub fn number(&self, key: &str) -> Read<f64> {
        number(self.value(key)).ok_or_else(|| format!("`{key}` is no number"))
    }

    /// `None` for `null` or a key that is not there.
    ///
    /// # Errors
    ///
    /// When something else stands there.
    #[inline(never)]
    pub fn optional(&self, key: &str) -> Read<Option<f64>> {
        if self.value(key).is_null() { Ok(None) } else { self.number(key).map(Some) }
    }

    /// A small count, such as a number of sides or lags.
    ///
    /// # Errors
    ///
    /// When something else stands there.
    #[inline(never)]
    pub fn count(&self, key: &str) -> Read<usize> {
        let number = self.number(key)?;
        let sound = (0.0..=1e15).contains(&number) && number.fract() == 0.0;
        if sound { Ok(number as usize) } else { Err(format!("`{key}` is no count")) }
    }

    /// A list of numbers.
    ///
    /// # Errors
    ///
    /// When something else stands there.
    #[inline(never)]
    pub fn numbers(&self, key: &str) -> Read<Vec<f64>> {
        numbers(self.value(key)).ok_or_else(|| format!("`{key}` is no list of numbers"))
    }

    /// A list of lists of numbers.
    #[inline(never)]
    pub(crate) fn lists(&self, key: &str) -> Read<Vec<Vec<f64>>> {
        let lists = || self.value(key).as_array()?.iter().map(numbers).collect::<Option<_>>();
        lists().ok_or_else(|| format!("`{key}` is no list of lists of numbers"))
    }

    /// A list of rows of `N` numbers.
    ///
    /// # Errors
    ///
    /// When something else stands there.
    pub fn rows<const N: usize>(&self, key: &str) -> Read<Vec<[f64; N]>> {
        let rows = self.lists(key)?.into_iter().map(<[f64; N]>::try_from).collect::<Result<_, _>>();
        rows.map_err(|_| format!("`{key}` has a row of another length"))
    }

    /// The text under `key`.
    ///
    /// # Errors
    ///
    /// When something else stands there.
    #[inline(never)]
    pub fn text(&self, key: &str) -> Read<&'a str> {
        self.value(key).as_str().ok_or_else(|| format!("`{key}` is no text"))
    }

    /// The entry of `choices` whose name stands under `key`.
    ///
    /// # Errors
    ///
    /// When another name stands there.
    pub fn choice<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Read<T> {
        let at = self.position(key, &mut choices.iter().map(|(name, _)| *name))?;
        choices.get(at).map(|(_, value)| *value).ok_or_else(String::new)
    }

    /// Where among `names` the text under `key` stands. Apart from what is chosen, so that it is compiled once.
    #[inline(never)]
    fn position(&self, key: &str, mut names: &mut dyn Iterator<Item = &str>) -> Read<usize> {
        let name = self.text(key)?;
        (&mut names).position(|choice| choice == name).ok_or_else(|| format!("no {key} `{name}`"))
    }

    /// True or false.
    ///
    /// # Errors
    ///
    /// When something else stands there.
    #[inline(never)]
    pub fn flag(&self, key: &str) -> Read<bool> {
        self.value(key).as_bool().ok_or_else(|| format!("`{key}` is neither true nor false"))
    }

    /// The object under `key`.
    ///
    /// # Errors
    ///
    /// When something else stands there.
    #[inline(never)]
    pub fn object(&self, key: &str) -> Read<Input<'a>> {
        self.value(key).as_object().map(Input::new).ok_or_else(|| format!("`{key}` is no object"))
    }

    /// The objects of the list under `key`.
    ///
    /// # Errors
    ///
    /// When something else stands there.
    #[inline(never)]
    pub fn objects(&self, key: &str) -> Read<Vec<Input<'a>>> {
        let list =
            || self.value(key).as_array()?.iter().map(|value| value.as_object().map(Input::new)).collect::<Option<_>>();
        list().ok_or_else(|| format!("`{key}` is no list of objects"))
    }

    /// Exactly these numbers of the object under `key`: a further one would be lost unseen.
    pub(crate) fn fields<const N: usize>(&self, key: &str, names: [&str; N]) -> Read<[f64; N]> {
        let mut values = [0.0; N];
        self.fill(key, &names, &mut values).map(|()| values)
    }

    #[inline(never)]
    fn fill(&self, key: &str, names: &[&str], values: &mut [f64]) -> Read<()> {
        let object = self.object(key)?;
        for (value, name) in values.iter_mut().zip(names) {
            *value = object.number(name)?;
        }
        object.done()
    }

    /// Refuses keys that nobody asked for.
    ///
    /// # Errors
    ///
    /// When there is one.
    #[inline(never)]
    pub fn done(&self) -> Read<()> {
        let unread = self.unread();
        if unread.is_empty() { Ok(()) } else { Err(format!("nobody reads `{}`", unread.join("`, `"))) }
    }

    #[inline(never)]
    pub(crate) fn proportion(&self, key: &str) -> Read<Proportion> {
        self.fields(key, ["n", "successes"]).map(|[n, successes]| Proportion { n, successes })
    }

    /// A variance of `null`, as one unit has it, is no number.
    #[inline(never)]
    pub(crate) fn sample(&self, key: &str) -> Read<Sample> {
        let object = self.object(key)?;
        let (n, mean) = (object.number("n")?, object.number("mean")?);
        let variance = object.optional("variance")?.unwrap_or(f64::NAN);
        object.done().map(|()| Sample { n, mean, variance })
    }

    /// 1 or 2.
    ///
    /// # Errors
    ///
    /// When something else stands there.
    #[inline(never)]
    pub fn sides(&self) -> Read<u8> {
        u8::try_from(self.count("sides")?).map_err(|_| "`sides` is 1 or 2".into())
    }

    /// A spending function by its name, with its `parameter` where it has one.
    ///
    /// # Errors
    ///
    /// When it has another name, or lacks its parameter.
    #[inline(never)]
    pub fn spending(&self) -> Read<Spending> {
        let parameter = self.optional("parameter")?;
        let needed = || parameter.ok_or("this spending function needs a `parameter`");
        Ok(match self.text("spending")? {
            "obf" => Spending::OBrienFleming,
            "pocock" => Spending::Pocock,
            "power" => Spending::Power(needed()?),
            "hsd" => Spending::HwangShihDeCani(needed()?),
            other => return Err(format!("no spending `{other}`")),
        })
    }

    #[inline(never)]
    pub(crate) fn alternative(&self) -> Read<Alternative> {
        let choices =
            [("two-sided", Alternative::TwoSided), ("greater", Alternative::Greater), ("less", Alternative::Less)];
        self.choice("alternative", &choices)
    }

    #[inline(never)]
    pub(crate) fn pooling(&self) -> Read<ProportionVariance> {
        let choices = [("pooled", ProportionVariance::Pooled), ("unpooled", ProportionVariance::Unpooled)];
        self.choice("variance", &choices)
    }
}

fn number(value: &Value) -> Option<f64> {
    match value.as_str() {
        Some("inf") => Some(f64::INFINITY),
        Some("-inf") => Some(f64::NEG_INFINITY),
        _ => value.as_f64(),
    }
}

pub(crate) fn numbers(value: &Value) -> Option<Vec<f64>> {
    value.as_array()?.iter().map(number).collect()
}
