//! Chance for tests that edit a site many times.
//!
//! Comes in: a seed. Goes out: numbers that look like chance and are the same every time.

/// A seed, and after each number the next one.
pub(crate) struct Dice(pub u64);

impl Dice {
    /// Returns a number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % count
    }

    /// Returns one of a list.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}
