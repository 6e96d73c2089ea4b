//! The terms that one thread met, or that an index has, each with a number.
//!
//! Comes in: folded words. Goes out: their numbers, in the order in which they came. Nearly every word of a site passes
//! here, so this is a plain open table over one string of bytes.

/// A set of terms with numbers.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// All terms, one behind the other.
    letters: String,
    /// Where each term ends in `letters`.
    ends: Vec<u32>,
    /// The hash of each term.
    hashes: Vec<u64>,
    /// Numbers by hash, one more than the number; 0 is free. As many as a power of two.
    table: Vec<u32>,
}

impl Vocabulary {
    /// Returns the number of a term, which is a new one where the term is new.
    pub fn number(&mut self, term: &str) -> u32 {
        self.number_hashed(term, xxhash_rust::xxh3::xxh3_64(term.as_bytes()))
    }

    /// Returns the number of a term that has one in another vocabulary.
    pub fn number_as(&mut self, other: &Vocabulary, number: u32) -> u32 {
        self.number_hashed(other.term(number), other.hash(number))
    }

    fn number_hashed(&mut self, term: &str, hash: u64) -> u32 {
        if self.table.len() < (self.ends.len() + 1) * 2 {
            self.grow();
        }
        let mask = self.table.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.table[at] {
                0 => {
                    let number = self.ends.len() as u32;
                    self.letters.push_str(term);
                    self.ends.push(self.letters.len() as u32);
                    self.hashes.push(hash);
                    self.table[at] = number + 1;
                    return number;
                }
                known if self.hashes[known as usize - 1] == hash && self.term(known - 1) == term => {
                    return known - 1;
                }
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Returns a term by its number.
    pub fn term(&self, number: u32) -> &str {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] as usize };
        &self.letters[start..self.ends[number] as usize]
    }

    /// Returns the hash of a term: XXH3, 64 bits.
    pub fn hash(&self, number: u32) -> u64 {
        self.hashes[number as usize]
    }

    /// Returns how many terms there are.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    fn grow(&mut self) {
        let size = (self.table.len() * 2).max(1 << 12);
        self.table.clear();
        self.table.resize(size, 0);
        for (number, hash) in self.hashes.iter().enumerate() {
            let mut at = *hash as usize & (size - 1);
            while self.table[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            self.table[at] = number as u32 + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_keeps_its_number() {
        let mut vocabulary = Vocabulary::default();
        let words: Vec<String> = (0..20_000).map(|number| format!("word{number}")).collect();
        for (number, word) in words.iter().enumerate() {
            assert_eq!(vocabulary.number(word), number as u32);
        }
        for (number, word) in words.iter().enumerate() {
            assert_eq!(
                (vocabulary.number(word), vocabulary.term(number as u32)),
                (number as u32, word.as_str())
            );
        }
        assert_eq!(vocabulary.count(), words.len());
    }
}
