//! The few statistics that trends are made of.
//!
//! Comes in: plain numbers. Goes out: quantiles, and what a permutation test says of two samples. Knows nothing of
//! incidents. Chance comes from a fixed seed, so the same numbers always give the same answer.

/// How rarely chance alone may make a difference for it to be called a change: 5 %.
pub const LEVEL: f64 = 0.05;

/// Fewest and most reshufflings, and about how many numbers all of them together may look at.
const SHUFFLES: (usize, usize) = (999, 9999);
const STEPS: usize = 4_000_000;

/// The quantiles of the normal distribution at 97.5 % and 80 %: a two-sided test at 5 % that sees four of five changes.
const NORMAL: (f64, f64) = (1.959_963_984_540_054, 0.841_621_233_572_914_3);

/// Where half of a sample, and the outer tenths of it, lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// How many numbers there are.
    pub count: usize,
    /// What one in ten is below.
    pub low: f64,
    /// The one in the middle.
    pub median: f64,
    /// What one in ten is above.
    pub high: f64,
}

impl Summary {
    /// Returns the summary of a sample; `None` of an empty one.
    pub fn of(mut sample: Vec<f64>) -> Option<Summary> {
        sample.sort_by(f64::total_cmp);
        Some(Summary {
            count: sample.len(),
            low: quantile(&sample, 0.1)?,
            median: quantile(&sample, 0.5)?,
            high: quantile(&sample, 0.9)?,
        })
    }
}

/// Returns a quantile of a sorted sample, between two neighbours in a straight line: type 7 of Hyndman and Fan (1996),
/// which is what R and numpy do by default. `None` of an empty sample.
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = last as f64 * share.clamp(0.0, 1.0);
    let below = (at.floor() as usize).min(last);
    let above = (below + 1).min(last);
    Some(sorted[below] + (at - below as f64) * (sorted[above] - sorted[below]))
}

/// What a permutation test says of the medians of two samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// The second median less the first.
    pub difference: f64,
    /// How likely chance alone makes a difference as large, in either direction.
    pub p: f64,
    /// How far apart the medians must truly lie for the test to see it in four of five tries.
    pub detectable: f64,
}

impl Comparison {
    /// Returns whether chance alone would rarely make such a difference.
    pub fn is_change(&self) -> bool {
        self.p <= LEVEL
    }
}

/// Compares the medians of two samples: if it did not matter which number is in which sample, how often would their
/// medians lie as far apart?
///
/// The samples are thrown together and dealt out anew a few thousand times. The p value counts the true deal as one of
/// these and is twice that of the rarer side, as scipy's `permutation_test` has it. What can be detected follows from
/// how far the medians of such deals scatter. `None` where a sample is empty.
pub fn compare(first: &[f64], second: &[f64]) -> Option<Comparison> {
    let mut all: Vec<f64> = first.iter().chain(second).copied().collect();
    all.sort_by(f64::total_cmp);
    let middle = |sample: &[f64]| Some(Summary::of(sample.to_vec())?.median);
    let difference = middle(second)? - middle(first)?;
    let shuffles = (STEPS / all.len()).clamp(SHUFFLES.0, SHUFFLES.1);
    // Deals that are the true one but for the last digits of a sum count as equal to it.
    let slack = 1e-12 * difference.abs();
    let mut random = Random(0x5eed_0f1e_5504_a11d);
    let (mut below, mut above) = (0usize, 0usize);
    let (mut sum, mut squares) = (0.0, 0.0);
    for _ in 0..shuffles {
        let dealt = deal(&all, second.len(), &mut random);
        below += usize::from(dealt <= difference + slack);
        above += usize::from(dealt >= difference - slack);
        sum += dealt;
        squares += dealt * dealt;
    }
    let count = shuffles as f64;
    let scatter = (squares / count - (sum / count).powi(2)).max(0.0).sqrt();
    let rarer = below.min(above) as f64;
    Some(Comparison {
        difference,
        p: (2.0 * (rarer + 1.0) / (count + 1.0)).min(1.0),
        detectable: (NORMAL.0 + NORMAL.1) * scatter,
    })
}

/// Deals `chosen` of the sorted numbers to the second sample, all choices being as likely, and returns its median less
/// that of the rest.
///
/// Walks up the sorted numbers and stops once both medians went by, so that nothing is sorted again.
fn deal(sorted: &[f64], chosen: usize, random: &mut Random) -> f64 {
    let mut piles = [Pile::new(sorted.len() - chosen), Pile::new(chosen)];
    let mut wanted = chosen;
    for (at, &number) in sorted.iter().enumerate() {
        let left = sorted.len() - at;
        let take = random.below(left) < wanted;
        wanted -= usize::from(take);
        piles[usize::from(take)].add(number);
        if piles[0].is_settled() && piles[1].is_settled() {
            break;
        }
    }
    piles[1].median() - piles[0].median()
}

/// A sample that is given its numbers in ascending order and keeps those in the middle.
struct Pile {
    size: usize,
    count: usize,
    middle: [f64; 2],
}

impl Pile {
    fn new(size: usize) -> Pile {
        Pile { size, count: 0, middle: [0.0; 2] }
    }

    fn add(&mut self, number: f64) {
        if self.count == (self.size - 1) / 2 {
            self.middle[0] = number;
        }
        if self.count == self.size / 2 {
            self.middle[1] = number;
        }
        self.count += 1;
    }

    fn is_settled(&self) -> bool {
        self.count > self.size / 2
    }

    fn median(&self) -> f64 {
        (self.middle[0] + self.middle[1]) / 2.0
    }
}

/// SplitMix64 of Steele, Lea and Flood (2014): six lines, and no release of a crate can change what a page says.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_numpy() {
        // numpy 2.4.6: np.quantile([12, 340, 55, 1440, 7, 95, 230], [0, .1, .25, .5, .9, 1])
        let mut sample = vec![12.0, 340.0, 55.0, 1440.0, 7.0, 95.0, 230.0];
        let summary = Summary::of(sample.clone()).unwrap();
        sample.sort_by(f64::total_cmp);
        for (share, expected) in
            [(0.0, 7.0), (0.1, 10.0), (0.25, 33.5), (0.5, 95.0), (0.9, 780.0), (1.0, 1440.0)]
        {
            assert!((quantile(&sample, share).unwrap() - expected).abs() < 1e-9, "{share}");
        }
        assert_eq!((summary.count, summary.median), (7, 95.0));
        assert!((summary.low - 10.0).abs() < 1e-9 && (summary.high - 780.0).abs() < 1e-9);
        // np.quantile([3, 1], [.1, .5, .9])
        let two = Summary::of(vec![3.0, 1.0]).unwrap();
        assert!((two.low - 1.2).abs() < 1e-9 && (two.high - 2.8).abs() < 1e-9);
        assert_eq!(two.median, 2.0);
        assert_eq!(Summary::of(Vec::new()), None);
    }

    /// Minutes: round(exp(default_rng(7).normal(mu, 1.3, n))) with mu and n of (5.0, 24), (4.1, 24), (5.0, 25),
    /// (3.6, 24), drawn one after the other.
    const OLDER: [f64; 24] = [
        149.0, 219.0, 104.0, 47.0, 82.0, 41.0, 160.0, 847.0, 78.0, 66.0, 281.0, 236.0, 170.0, 44.0, 143.0,
        366.0, 26.0, 82.0, 13.0, 28.0, 14.0, 109.0, 29.0, 211.0,
    ];
    const NEAR: [f64; 24] = [
        74.0, 47.0, 2.0, 30.0, 57.0, 70.0, 8.0, 32.0, 17.0, 21.0, 240.0, 21.0, 58.0, 191.0, 28.0, 52.0, 70.0,
        66.0, 12.0, 67.0, 353.0, 8.0, 184.0, 70.0,
    ];
    const SAME: [f64; 25] = [
        64.0, 1999.0, 400.0, 31.0, 164.0, 314.0, 116.0, 361.0, 136.0, 353.0, 963.0, 62.0, 193.0, 81.0, 175.0,
        32.0, 70.0, 115.0, 477.0, 658.0, 27.0, 53.0, 344.0, 11.0, 81.0,
    ];
    const SHORTER: [f64; 24] = [
        32.0, 188.0, 90.0, 24.0, 23.0, 26.0, 265.0, 21.0, 25.0, 58.0, 31.0, 28.0, 9.0, 36.0, 21.0, 167.0,
        86.0, 35.0, 87.0, 24.0, 144.0, 36.0, 78.0, 7.0,
    ];

    /// Checks a comparison of logarithms against scipy's: the difference to the last digits, the rest as exactly as
    /// some 9999 deals can tell.
    fn check(second: &[f64], difference: f64, p: f64, scatter: f64) {
        let log = |sample: &[f64]| sample.iter().map(|minutes: &f64| minutes.ln()).collect::<Vec<_>>();
        let found = compare(&log(&OLDER), &log(second)).unwrap();
        assert!((found.difference - difference).abs() < 1e-9, "{found:?}");
        let error = 3.0 * (2.0 * p.max(1e-4) / SHUFFLES.1 as f64).sqrt();
        assert!((found.p - p).abs() <= error, "{found:?} against {p} ± {error}");
        let expected = (NORMAL.0 + NORMAL.1) * scatter;
        assert!((found.detectable / expected - 1.0).abs() < 0.03, "{found:?} against {expected}");
    }

    #[test]
    fn the_test_agrees_with_scipy() {
        // scipy 1.17.1, with T = lambda a, b, axis: np.median(a, axis=axis) - np.median(b, axis=axis):
        // r = permutation_test((np.log(second), np.log(OLDER)), T, n_resamples=199999, vectorized=True, batch=5000,
        //     rng=np.random.default_rng(1)); r.statistic, r.pvalue, np.std(r.null_distribution)
        check(&NEAR, -0.5284075799948242, 0.05035, 0.2647889702698779);
        check(&SAME, 0.387099812533239, 0.4853, 0.43930614505337345);
        check(&SHORTER, -1.0150130910582433, 0.01638, 0.5822111055432325);
    }

    #[test]
    fn small_samples_agree_with_all_deals() {
        // permutation_test(([2, 4, 5, 5, 8], [1, 4, 4, 9]), T, n_resamples=np.inf, vectorized=True), all 126 deals:
        // pvalue 0.7142857142857143, std of the deals 1.3095779209599405
        let found = compare(&[1.0, 4.0, 4.0, 9.0], &[2.0, 4.0, 5.0, 5.0, 8.0]).unwrap();
        assert_eq!(found.difference, 1.0);
        assert!((found.p - 0.7142857142857143).abs() < 0.02, "{found:?}");
        assert!((found.detectable / (NORMAL.0 + NORMAL.1) - 1.3095779209599405).abs() < 0.03, "{found:?}");
        // The same of [6 … 10] and [1 … 5]: pvalue 0.047619047619047616.
        let found = compare(&[1.0, 2.0, 3.0, 4.0, 5.0], &[6.0, 7.0, 8.0, 9.0, 10.0]).unwrap();
        assert!((found.p - 0.047619047619047616).abs() < 0.01, "{found:?}");
    }

    #[test]
    fn equal_numbers_never_differ_and_the_answer_stays() {
        let same = compare(&[5.0; 30], &[5.0; 40]).unwrap();
        assert_eq!((same.difference, same.p, same.detectable), (0.0, 1.0, 0.0));
        assert!(!same.is_change());
        assert_eq!(compare(&OLDER, &NEAR), compare(&OLDER, &NEAR));
        assert_eq!(compare(&[], &[1.0]), None);
        assert_eq!(compare(&[1.0], &[]), None);
    }

    #[test]
    fn chance_is_that_of_the_published_generator() {
        // The first outputs for the seed 1234567, as in the reference implementation's published test values.
        let mut random = Random(1_234_567);
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(std::array::from_fn::<u64, 5, _>(|_| random.next()), expected);
    }

    #[test]
    fn every_deal_is_as_likely() {
        // Two of four: six deals with medians' differences of ±2, ±1 (the halves against each other) and twice 0.
        let mut random = Random(1);
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..6000 {
            *counts.entry((deal(&[1.0, 2.0, 3.0, 4.0], 2, &mut random) * 2.0) as i64).or_insert(0) += 1;
        }
        assert_eq!(counts.keys().copied().collect::<Vec<_>>(), [-4, -2, 0, 2, 4]);
        for (difference, count) in counts {
            let expected: i32 = if difference == 0 { 2000 } else { 1000 };
            assert!((count - expected).abs() < 150, "{difference}: {count}");
        }
    }
}
