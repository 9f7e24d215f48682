//! Experiments that never happened: how often this metric, looked at like this, raises a false alarm, finds an effect, or shows a broken split.
//!
//! Every run draws its units and their totals from the asked distribution, arm by arm and look by look, and reads them at every look by four rules side by side:
//! the fixed test at every look (peeking), the fixed test at the end alone, alpha spent over the looks, and the always-valid sequence the report uses. Without an effect
//! a crossing is a false alarm; with one, a find. Runs are numbered and each has its own random stream, so a simulation cut into parts, for a progress
//! bar or for many threads, adds up to the very same numbers.

use isoflag_stats::{
    Alternative, LogNormal, Look, Proportion, ProportionVariance, Random, Rho, Sample, Spending, asymptotic_cs,
    group_sequential_bounds, srm_chi_square, two_proportion_z, welch_t,
};

/// What one unit brings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// It converts with this chance.
    Conversion {
        /// Control's chance.
        rate: f64,
    },
    /// A normal total.
    Mean {
        /// Control's mean.
        mean: f64,
        /// Standard deviation of one unit.
        sd: f64,
    },
    /// Most pay nothing, some pay much: a log-normal amount with this chance.
    Revenue {
        /// Chance to pay.
        rate: f64,
        /// Mean amount of who pays, in control.
        mean: f64,
        /// Its standard deviation, in control.
        sd: f64,
    },
}

/// An experiment to simulate.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    /// The metric.
    pub outcome: Outcome,
    /// Relative lift of treatment: of the rate, the mean, or what payers pay. 0 is an A/A run.
    pub lift: f64,
    /// Units of both arms at the end.
    pub units: f64,
    /// Share of treatment as planned.
    pub planned_share: f64,
    /// Share of treatment as it really is; another one is a broken split.
    pub actual_share: f64,
    /// Shares of the units at which one looks, rising, the last one 1.
    pub looks: Vec<f64>,
    /// Two-sided.
    pub alpha: f64,
    /// How the third rule spends alpha.
    pub spending: Spending,
    /// Below this p a split counts as broken.
    pub srm_alpha: f64,
    /// Where the random numbers begin.
    pub seed: u64,
}

/// What stopped, by one rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stops {
    /// Runs that stopped first at each look.
    pub by_look: Vec<u32>,
    /// Those that stopped with treatment ahead.
    pub ahead: u32,
    /// Units at the end of all runs together, stopped or not.
    pub units: f64,
}

impl Stops {
    /// Runs that stopped.
    #[must_use]
    pub fn stopped(&self) -> u32 {
        self.by_look.iter().sum()
    }

    fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.by_look.iter_mut().zip(&other.by_look) {
            *mine += theirs;
        }
        self.ahead += other.ahead;
        self.units += other.units;
    }
}

/// Counts that add up over parts of a simulation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Runs counted.
    pub runs: u32,
    /// The fixed test at every look.
    pub peeking: Stops,
    /// The fixed test at the last look.
    pub at_end: Stops,
    /// Alpha spent over the looks.
    pub spending: Stops,
    /// The always-valid sequence.
    pub always_valid: Stops,
    /// Runs whose split counts as broken at the end.
    pub srm: u32,
}

impl Tally {
    /// Takes in another part of the same simulation.
    pub fn add(&mut self, other: &Self) {
        if self.runs == 0 {
            *self = other.clone();
            return;
        }
        self.runs += other.runs;
        self.srm += other.srm;
        self.peeking.add(&other.peeking);
        self.at_end.add(&other.at_end);
        self.spending.add(&other.spending);
        self.always_valid.add(&other.always_valid);
    }
}

/// A share of runs and its Monte Carlo standard error; by Wilson's centre, so that none in a few is not certainly none.
#[must_use]
pub fn rate(count: u32, runs: u32) -> (f64, f64) {
    let n = f64::from(runs.max(1));
    let share = f64::from(count) / n;
    let centre = (f64::from(count) + 2.0) / (n + 4.0);
    (share, (centre * (1.0 - centre) / (n + 4.0)).sqrt())
}

impl Simulation {
    /// What makes no sense, in words.
    ///
    /// # Errors
    ///
    /// The first such thing.
    pub fn check(&self) -> Result<(), String> {
        let share = |x: f64| x > 0.0 && x < 1.0;
        let positive = |x: f64| x > 0.0 && x.is_finite();
        let (outcome, after) = match self.outcome {
            Outcome::Conversion { rate } => (share(rate), rate * (1.0 + self.lift)),
            Outcome::Mean { mean, sd } => (mean.is_finite() && positive(sd), 0.0),
            Outcome::Revenue { rate, mean, sd } => (share(rate) && positive(mean) && positive(sd), 0.0),
        };
        let rising = self.looks.windows(2).all(|pair| matches!(pair, [before, look] if look - before > 1e-6));
        let ends = self.looks.first().is_some_and(|look| *look > 0.0) && self.looks.last() == Some(&1.0);
        let found = [
            (outcome, "the metric needs a rate between 0 and 1, a finite mean and a positive deviation"),
            (self.lift > -1.0 && self.lift.is_finite(), "a lift is above −1"),
            (after < 1.0, "with this lift the rate passes 1"),
            (self.units >= 4.0 && self.units <= 1e12, "units are between 4 and 10¹²"),
            (share(self.planned_share) && share(self.actual_share), "a share is between 0 and 1"),
            (rising && ends, "looks rise from above 0 to 1, a millionth apart at least"),
            (share(self.alpha) && share(self.srm_alpha), "an alpha is between 0 and 1"),
        ];
        found.into_iter().find(|(sound, _)| !sound).map_or(Ok(()), |(_, message)| Err(message.into()))
    }

    /// Simulates runs number `first` to `first + runs − 1`.
    ///
    /// # Errors
    ///
    /// As [`Simulation::check`].
    pub fn run(&self, first: u32, runs: u32) -> Result<Tally, String> {
        self.check()?;
        let bounds = group_sequential_bounds(&self.looks, self.alpha, 2, self.spending);
        let bounds = bounds.ok_or("no boundaries for these looks, alpha and spending")?.z;
        let none = Stops { by_look: vec![0; self.looks.len()], ..Stops::default() };
        let mut tally = Tally {
            peeking: none.clone(),
            at_end: none.clone(),
            spending: none.clone(),
            always_valid: none,
            ..Tally::default()
        };
        for run in first..first.saturating_add(runs) {
            let mut random = Random::of_run(self.seed, run.into());
            self.one(&bounds, &mut random, &mut tally);
        }
        Ok(tally)
    }

    fn one(&self, bounds: &[f64], random: &mut Random, tally: &mut Tally) {
        let (mut control, mut treatment) = (Drawn::default(), Drawn::default());
        let mut stopped = [None; 4];
        let mut seen = 0.0;
        let last = self.looks.len() - 1;
        for (look, (share, bound)) in self.looks.iter().zip(bounds).enumerate() {
            let arriving = (share * self.units).round() - seen;
            seen += arriving;
            let treated = random.binomial(arriving, self.actual_share);
            self.draw(&mut control, arriving - treated, 0.0, random);
            self.draw(&mut treatment, treated, self.lift, random);
            let Some(read) = self.read(&control, &treatment, seen) else { continue };
            let crossed =
                [read.p <= self.alpha, look == last && read.p <= self.alpha, read.z.abs() >= *bound, read.outside];
            for (stop, crossed) in stopped.iter_mut().zip(crossed) {
                if crossed && stop.is_none() {
                    *stop = Some((look, seen, read.z > 0.0));
                }
            }
        }
        tally.runs += 1;
        let split = [(control.n, 1.0 - self.planned_share), (treatment.n, self.planned_share)];
        tally.srm += u32::from(srm_chi_square(&split).is_some_and(|srm| srm.p.p_value < self.srm_alpha));
        let rules = [&mut tally.peeking, &mut tally.at_end, &mut tally.spending, &mut tally.always_valid];
        for (stops, stop) in rules.into_iter().zip(stopped) {
            stops.units += stop.map_or(seen, |(_, units, _)| units);
            if let Some((look, _, ahead)) = stop {
                stops.ahead += u32::from(ahead);
                if let Some(count) = stops.by_look.get_mut(look) {
                    *count += 1;
                }
            }
        }
    }

    fn draw(&self, arm: &mut Drawn, n: f64, lift: f64, random: &mut Random) {
        let more = match self.outcome {
            Outcome::Conversion { rate } => {
                let conversions = random.binomial(n, rate * (1.0 + lift));
                Drawn::of(n, conversions, conversions)
            }
            Outcome::Mean { mean, sd } if n > 0.0 => {
                // Mean and spread of n normal values are independent: one draw each instead of n.
                let mean = mean * (1.0 + lift) + sd / n.sqrt() * random.normal();
                Drawn::of(n, n * mean, n * mean * mean + sd * sd * random.chi_square(n - 1.0))
            }
            Outcome::Mean { .. } => Drawn::default(),
            Outcome::Revenue { rate, mean, sd } => {
                let mut drawn = Drawn::of(n, 0.0, 0.0);
                if let Some(amounts) = LogNormal::new(mean * (1.0 + lift), sd * (1.0 + lift)) {
                    for _ in 0..random.binomial(n, rate) as u64 {
                        let amount = amounts.draw(random);
                        drawn.sum += amount;
                        drawn.squares += amount * amount;
                    }
                }
                drawn
            }
        };
        arm.n += more.n;
        arm.sum += more.sum;
        arm.squares += more.squares;
    }

    /// The tests at one look; `None` while nothing varies.
    fn read(&self, control: &Drawn, treatment: &Drawn, n: f64) -> Option<Read> {
        let (z, p, diff, se) = if matches!(self.outcome, Outcome::Conversion { .. }) {
            let (c, t) = (control.proportion(), treatment.proportion());
            let pooled = two_proportion_z(c, t, ProportionVariance::Pooled, Alternative::TwoSided)?;
            let (z, p) = pooled.test?;
            let own = two_proportion_z(c, t, ProportionVariance::Unpooled, Alternative::TwoSided)?;
            (z, p.p_value, pooled.diff, own.se)
        } else {
            let found = welch_t(control.sample()?, treatment.sample()?, Alternative::TwoSided, self.alpha)?;
            let test = found.test?;
            (test.t, test.p.p_value, found.diff, found.se)
        };
        let look = Look { estimate: diff, se, n, alpha: self.alpha, n_star: self.units };
        let outside = asymptotic_cs(&look, Rho::Exact).is_some_and(|found| found.interval.excludes(0.0));
        Some(Read { z, p, outside })
    }
}

/// What a look shows.
struct Read {
    z: f64,
    p: f64,
    /// Whether the always-valid interval excludes 0.
    outside: bool,
}

/// Units drawn so far.
#[derive(Clone, Copy, Debug, Default)]
struct Drawn {
    n: f64,
    sum: f64,
    squares: f64,
}

impl Drawn {
    fn of(n: f64, sum: f64, squares: f64) -> Self {
        Self { n, sum, squares }
    }

    fn proportion(&self) -> Proportion {
        Proportion { n: self.n, successes: self.sum }
    }

    fn sample(&self) -> Option<Sample> {
        isoflag_stats::Sums { n: self.n, sum: self.sum, sum_squares: self.squares }.sample()
    }
}
