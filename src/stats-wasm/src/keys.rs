/// The one name that cannot be told from its camelCase: a digit stands behind the underscore.
const INTERACTION: (&str, &str) = ("interaction2x2", "interaction_2x2");

/// `peekingFpr` → `peeking_fpr`.
pub(crate) fn snake(name: &str) -> String {
    if name == INTERACTION.0 {
        return INTERACTION.1.into();
    }
    let mut found = String::with_capacity(name.len() + 4);
    for char in name.chars() {
        if char.is_ascii_uppercase() {
            found.push('_');
        }
        found.push(char.to_ascii_lowercase());
    }
    found
}

/// `peeking_fpr` → `peekingFpr`.
pub(crate) fn camel(name: &str) -> String {
    let mut found = String::with_capacity(name.len());
    let mut behind = false;
    for char in name.chars() {
        if char == '_' {
            behind = true;
        } else {
            found.push(if behind { char.to_ascii_uppercase() } else { char });
            behind = false;
        }
    }
    found
}
