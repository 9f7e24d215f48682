//! A shop that never was.

use crate::cells::add;
use crate::chance::conversions;
use crate::common::FIRST_DAY;
use crate::random::Random;
use isoflag_experiments::Observed;

/// Twelve days of a shop: about 4,900 visitors a day, weekends stronger, the rates in millionths.
pub(crate) fn shop(arms: &[(&str, u64)], days: i64, seed: u64) -> Observed {
    let mut random = Random(seed);
    let mut observed = Observed::default();
    for day in FIRST_DAY..FIRST_DAY + days {
        let weekend = (day - FIRST_DAY) % 7 >= 5;
        let began_at_nine = if day == FIRST_DAY { 5 } else { 8 };
        let daily = (if weekend { 5_600 } else { 4_600 }) * began_at_nine / 8 + random.below(300);
        for (variant, per_million) in arms {
            let units = daily / arms.len() as u64 + random.below(60);
            let buyers = conversions(&mut random, units, *per_million);
            // Baskets of 20 to 139 whole euros.
            let baskets = (0..buyers).map(|_| 20 + random.below(120)).collect::<Vec<_>>();
            let sum: u64 = baskets.iter().sum();
            let squares: u64 = baskets.iter().map(|basket| basket * basket).sum();
            let tickets = conversions(&mut random, units, 11_000) as f64;
            let metrics = [
                ("checkout_completed", buyers as f64, buyers as f64),
                ("revenue", sum as f64, squares as f64),
                ("support_tickets", tickets, tickets),
            ];
            add(&mut observed, variant, day, units, &metrics);
        }
    }
    observed
}
