//! Crawlers that say who they are. One that hides is found by nobody who only looks at its name.

/// The same words as the tracker's, which drops such visits before they are sent: what comes here came by another way.
const WORDS: [&str; 9] = [
    "crawl",
    "spider",
    "slurp",
    "lighthouse",
    "pagespeed",
    "mediapartners",
    "facebookexternalhit",
    "ia_archiver",
    "bingpreview",
];

/// Whether a `User-Agent` calls itself a crawler: by one of the words, or by a name that ends in `bot`.
#[must_use]
pub fn is_bot(user_agent: &str) -> bool {
    let name = user_agent.to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word)) || ends_in_bot(&name)
}

fn ends_in_bot(name: &str) -> bool {
    name.match_indices("bot").any(|(at, _)| {
        let behind = name.get(at + 3..).and_then(|rest| rest.chars().next());
        // A maker of phones is called Cubot.
        let phone = name.get(..at).is_some_and(|before| before.ends_with("cu"));
        !phone && !behind.is_some_and(|next| next.is_ascii_alphanumeric() || next == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::is_bot;

    #[test]
    fn crawlers_are_known_by_name() {
        for (user_agent, bot) in [
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", true),
            ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/140", true),
            ("Mozilla/5.0 (compatible; Yahoo! Slurp)", true),
            ("Mozilla/5.0 (compatible; Baiduspider/2.0)", true),
            ("AdsBot-Google (+http://www.google.com/adsbot.html)", true),
            ("Mozilla/5.0 Chrome/140.0.0.0 Safari/537.36 Chrome-Lighthouse", true),
            ("facebookexternalhit/1.1", true),
            ("somebot", true),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                false,
            ),
            ("Mozilla/5.0 (Linux; Android 13; CUBOT X18) AppleWebKit/537.36", false),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", false),
            ("Mozilla/5.0 Chrome/140 Bottega/1.0", false),
            ("", false),
        ] {
            assert_eq!(is_bot(user_agent), bot, "{user_agent}");
        }
    }
}
