//! Postings as the index holds them: in which documents a term stands, as text.
//!
//! Comes in: numbers of documents, levels, lessons; or such text, and what of it has changed. Goes out: such text. Knows
//! nothing of terms.

use crate::search::digits;

/// A term in a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InLesson {
    /// The lesson's place in its document.
    pub lesson: u16,
    /// How much it says of the lesson, 0 to 3.
    pub level: u8,
}

/// Returns what a posting says beside its document: how much the term says of it, 0 to 15, and whether it stands in lessons.
pub fn flags(level: u8, in_lessons: bool) -> u8 {
    level << 1 | u8::from(in_lessons)
}

/// Returns whether lessons follow a posting of these flags.
pub fn has_lessons(flags: u8) -> bool {
    flags & 1 == 1
}

/// Appends a document of a term: the distance from the one before it, its flags, and its lessons as [`push_lessons`] says them.
pub fn push(out: &mut String, gap: u32, flags: u8, lessons: &str) {
    digits::push(out, gap << 5 | u32::from(flags));
    out.push_str(lessons);
}

/// Appends the lessons of a posting, which come in their order; of one that comes several times the first counts.
pub fn push_lessons(out: &mut String, lessons: &[InLesson]) {
    let mut next = 0;
    for (place, one) in lessons.iter().enumerate() {
        if u32::from(one.lesson) < next {
            continue;
        }
        let more = lessons[place..].iter().any(|later| later.lesson > one.lesson);
        let gap = u32::from(one.lesson) - next;
        digits::push(out, gap << 3 | u32::from(one.level) << 1 | u32::from(more));
        next = u32::from(one.lesson) + 1;
    }
}

/// Returns where the lessons of a posting end that begin at a place.
pub fn end_of_lessons(text: &[u8], mut at: usize) -> usize {
    while at < text.len() {
        let (number, end) = digits::read(text, at);
        at = end;
        if number & 1 == 0 {
            break;
        }
    }
    at
}

/// A posting that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting<'t> {
    /// The number of its document.
    pub document: u32,
    /// Its flags.
    pub flags: u8,
    /// Its lessons, as text.
    pub lessons: &'t str,
}

/// Reads postings.
#[derive(Clone, Debug)]
pub struct Postings<'t> {
    text: &'t str,
    /// Where the next one begins.
    at: usize,
    last: u32,
}

impl<'t> Postings<'t> {
    /// Begins with the first.
    pub fn new(text: &'t str) -> Postings<'t> {
        Postings { text, at: 0, last: 0 }
    }
}

impl<'t> Iterator for Postings<'t> {
    type Item = Posting<'t>;

    fn next(&mut self) -> Option<Posting<'t>> {
        if self.at == self.text.len() {
            return None;
        }
        let (number, end) = digits::read(self.text.as_bytes(), self.at);
        let flags = (number & 31) as u8;
        self.at = if has_lessons(flags) { end_of_lessons(self.text.as_bytes(), end) } else { end };
        self.last += number >> 5;
        Some(Posting { document: self.last, flags, lessons: &self.text[end..self.at] })
    }
}

/// A step on the way from the postings of a term to those of another state of the site: what it said of a document goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'t> {
    /// The term.
    pub term: u32,
    /// The document.
    pub document: u32,
    /// What the term says of just this document now: flags and lessons.
    pub adds: Option<(u8, &'t str)>,
}

/// Returns postings of documents that have other numbers.
pub fn renumbered(text: &str, number: impl Fn(u32) -> u32) -> String {
    let mut all: Vec<Posting<'_>> = Postings::new(text)
        .map(|posting| Posting { document: number(posting.document), ..posting })
        .collect();
    all.sort_unstable_by_key(|posting| posting.document);
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut last = 0;
    for posting in all {
        push(&mut out, posting.document - last, posting.flags, posting.lessons);
        last = posting.document;
    }
    out
}

/// Returns postings, of which the last is of the document `end`, after the steps of their term, which come in the order of their
/// documents; and of which document the last one is then. Where there are none, it is 0.
pub fn changed(text: Box<str>, end: u32, steps: &[Step<'_>]) -> (Box<str>, u32) {
    if text.is_empty() || steps.iter().all(|step| step.document > end) {
        // Behind all others, which need be neither read nor copied.
        let mut out = String::from(text);
        let adds = steps.iter().filter_map(|step| Some((step.document, step.adds?)));
        out.reserve_exact(adds.clone().map(|(_, (_, lessons))| lessons.len() + 6).sum());
        let mut last = end;
        for (document, (flags, lessons)) in adds {
            push(&mut out, document - last, flags, lessons);
            last = document;
        }
        return (out.into_boxed_str(), last);
    }
    let mut out = String::with_capacity(text.len() + 8 * steps.len());
    let text = &*text;
    let mut old = Ahead::new(text);
    // What stands in the text before this place is in `out` already, or gone.
    let mut copied = 0;
    // The document that stands last in `out`, and whether the next old posting still has its distance from another one.
    let (mut last, mut parted) = (0, false);
    for step in steps {
        while let Some(posting) = old.next.filter(|posting| posting.document < step.document) {
            old.pass();
            if parted {
                push(&mut out, posting.document - last, posting.flags, posting.lessons);
                (copied, parted) = (old.at, false);
            }
            last = posting.document;
        }
        out.push_str(&text[copied..old.at]);
        if old.next.is_some_and(|posting| posting.document == step.document) {
            old.pass();
        }
        copied = old.at;
        if let Some((flags, lessons)) = step.adds {
            push(&mut out, step.document - last, flags, lessons);
            last = step.document;
        }
        parted = true;
    }
    if let Some(posting) = old.next.filter(|_| parted) {
        old.pass();
        push(&mut out, posting.document - last, posting.flags, posting.lessons);
        last = posting.document;
        copied = old.at;
    }
    out.push_str(&text[copied..]);
    let last = match () {
        () if copied < text.len() => end,
        () if out.is_empty() => 0,
        () => last,
    };
    (out.into_boxed_str(), last)
}

/// Postings of which the next one can be looked at, and the place where it begins.
struct Ahead<'t> {
    rest: Postings<'t>,
    next: Option<Posting<'t>>,
    at: usize,
}

impl<'t> Ahead<'t> {
    fn new(text: &'t str) -> Ahead<'t> {
        let mut rest = Postings::new(text);
        let next = rest.next();
        Ahead { rest, next, at: 0 }
    }

    fn pass(&mut self) {
        self.at = self.rest.at;
        self.next = self.rest.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(postings: &[(u32, u8, &str)]) -> String {
        let mut out = String::new();
        let mut last = 0;
        for (document, flags, lessons) in postings {
            push(&mut out, document - last, *flags, lessons);
            last = *document;
        }
        out
    }

    #[test]
    fn a_lesson_that_comes_twice_counts_once() {
        let one = |lesson, level| InLesson { lesson, level };
        let (mut twice, mut once) = (String::new(), String::new());
        push_lessons(&mut twice, &[one(0, 1), one(0, 1), one(7, 3), one(300, 0), one(300, 0)]);
        push_lessons(&mut once, &[one(0, 1), one(7, 3), one(300, 0)]);
        assert_eq!(twice, once);
        assert_eq!(end_of_lessons(format!("{once}##").as_bytes(), 0), once.len());
    }

    #[test]
    fn postings_follow_the_numbers_of_their_documents() {
        let mut lessons = String::new();
        push_lessons(&mut lessons, &[InLesson { lesson: 3, level: 2 }, InLesson { lesson: 4, level: 0 }]);
        let seats =
            [(0, flags(3, false), ""), (2, flags(1, true), lessons.as_str()), (70, flags(9, false), "")];
        let numbers = |seat: u32| [(0, 9), (2, 4_000), (70, 1)].iter().find(|(of, _)| *of == seat).unwrap().1;
        let expected =
            [(1, flags(9, false), ""), (9, flags(3, false), ""), (4_000, flags(1, true), lessons.as_str())];
        assert_eq!(renumbered(&written(&seats), numbers), written(&expected));
    }

    #[test]
    fn changed_postings_are_those_that_are_written_anew() {
        let mut lessons = String::new();
        push_lessons(&mut lessons, &[InLesson { lesson: 2, level: 1 }, InLesson { lesson: 70, level: 0 }]);
        let texts = ["", lessons.as_str()];
        // Each document of eight is in none, in the old, in the new, or in both and another one.
        for number in 0..4u32.pow(8) {
            let (mut old, mut new, mut changes) = (Vec::new(), Vec::new(), Vec::new());
            for place in 0..8u32 {
                // Distances of one digit and of several.
                let document = place * place * 40 + place;
                let before = (document, flags((place % 3) as u8, place % 2 == 1), texts[place as usize % 2]);
                let after = (document, flags(9, place % 2 == 0), texts[1 - place as usize % 2]);
                let is = number / 4u32.pow(place) % 4;
                if is != 0 {
                    old.push(before);
                }
                match is {
                    1 => new.push(before),
                    2 => new.push(after),
                    _ => {}
                }
                if is >= 2 || is == 0 && number % 7 == 0 {
                    let adds = (is == 2 || is == 0).then_some((after.1, after.2));
                    if is == 0 {
                        new.push(after);
                    }
                    changes.push(Step { term: 0, document, adds });
                }
            }
            let end = |postings: &[(u32, u8, &str)]| postings.last().map_or(0, |(document, ..)| *document);
            let expected = (written(&new).into_boxed_str(), end(&new));
            assert_eq!(changed(written(&old).into(), end(&old), &changes), expected, "{old:?} {changes:?}");
        }
    }
}
