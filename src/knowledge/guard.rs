//! Whether what holds a lesson is still there.
//!
//! Comes in: the guard and the globs of a lesson, and the files of the checkouts that the settings name. Goes out:
//! [`Held`]. Knows nothing of the file system: the files are listed already.
//!
//! A guard is any words: an alert, a policy, an address. Only one that names a path of a checkout can be looked for:
//! `pay:tests/retry.rs`, `pay/tests/retry.rs`, or `tests/retry.rs` where the top folder is one of a checkout.

use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::document::Document;
use crate::document::Lesson;
use crate::source::Checkout;
use globset::GlobBuilder;
use std::sync::Arc;

/// The guard of a lesson is gone.
pub static GUARD_VANISHED: Rule =
    Rule { name: "guard-vanished", level: Level::Warning, about: "what held a lesson is no longer there" };

/// Code that a lesson applies to, and nothing holds it.
pub static UNGUARDED_LESSON: Rule = Rule {
    name: "unguarded-lesson",
    level: Level::Note,
    about: "a lesson applies to code that is there, and names no guard",
};

/// A glob that no longer leads to any code.
pub static GLOB_WITHOUT_FILES: Rule = Rule {
    name: "glob-without-files",
    level: Level::Note,
    about: "a lesson applies to files of which there are none",
};

/// The rules of what holds lessons.
pub(super) static RULES: [&Rule; 3] = [&GUARD_VANISHED, &UNGUARDED_LESSON, &GLOB_WITHOUT_FILES];

/// Whether a lesson is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// Its guard is there.
    Guarded,
    /// It applies to code that is there, and names no guard.
    Unguarded,
    /// Its guard was a path of a checkout, and is gone.
    Vanished,
}

impl Held {
    /// Returns the word used in `export` and templates.
    pub fn name(self) -> &'static str {
        match self {
            Held::Guarded => "guarded",
            Held::Unguarded => "unguarded",
            Held::Vanished => "guard-vanished",
        }
    }
}

/// For each document, for each of its lessons: whether it is held; `None` where nobody can say. Empty without checkouts.
#[derive(Clone, Debug, Default)]
pub struct Guards {
    held: Vec<Vec<Option<Held>>>,
}

impl Guards {
    /// Returns whether a lesson of a document is held.
    pub fn of(&self, document: usize, lesson: usize) -> Option<Held> {
        *self.held.get(document)?.get(lesson)?
    }
}

/// Looks for the guards and globs of all lessons.
pub fn check(documents: &[Arc<Document>], checkouts: &[Checkout], findings: &mut Vec<Finding>) -> Guards {
    if checkouts.is_empty() {
        return Guards::default();
    }
    let held = documents
        .iter()
        .map(|document| {
            document.lessons.iter().map(|lesson| look(document, lesson, checkouts, findings)).collect()
        })
        .collect();
    Guards { held }
}

fn look(
    document: &Document,
    lesson: &Lesson,
    checkouts: &[Checkout],
    findings: &mut Vec<Finding>,
) -> Option<Held> {
    let place = |words: &str| {
        // The words of a guard stand near the lesson that they belong to; the lesson is the next best place.
        let near = document.text.find(words).filter(|_| document.text.matches(words).nth(1).is_none());
        let span = near.map_or(lesson.span.clone(), |at| at..at + words.len());
        Place::span(&document.file, &document.text, span)
    };
    let mut code = false;
    for glob in &lesson.applies_to {
        match matches(glob, checkouts) {
            Some(true) => code = true,
            Some(false) => findings.push(
                Finding::new(&GLOB_WITHOUT_FILES, place(glob), format!("no file matches `{glob}`"))
                    .help("was the code moved or removed? then say so in the lesson"),
            ),
            None => {}
        }
    }
    if let Some(guard) = &lesson.guard {
        return match find(guard, checkouts) {
            Some(true) => Some(Held::Guarded),
            Some(false) => {
                let message = format!("the guard `{guard}` is no longer there");
                findings.push(
                    Finding::new(&GUARD_VANISHED, place(guard), message).help(
                        "name what holds the lesson now, or say that nothing does by leaving `guard` out",
                    ),
                );
                Some(Held::Vanished)
            }
            None => None,
        };
    }
    if !code {
        return None;
    }
    findings.push(
        Finding::new(&UNGUARDED_LESSON, place(&lesson.text), "nothing holds this lesson")
            .help("name the test, alert or policy that does with `guard`"),
    );
    Some(Held::Unguarded)
}

/// Returns the checkouts that words may speak of, and the path in them; `None` where they speak of none.
///
/// The second is whether they name the checkout, so that nothing else can be meant.
fn named<'a, 'b>(words: &'b str, checkouts: &'a [Checkout]) -> Option<(Vec<&'a Checkout>, bool, &'b str)> {
    let words = words.trim().trim_matches('`');
    let is_path = !words.is_empty() && !words.contains("://") && !words.contains(char::is_whitespace);
    if !is_path || words.starts_with('/') {
        return None;
    }
    for checkout in checkouts {
        let rest = words.strip_prefix(checkout.name.as_str());
        if let Some(path) = rest.and_then(|rest| rest.strip_prefix(':').or_else(|| rest.strip_prefix('/'))) {
            return Some((vec![checkout], true, path));
        }
    }
    Some((checkouts.iter().collect(), false, words))
}

/// Returns whether a guard is there; `None` where it names no path of a checkout. Of several paths one is enough.
fn find(guard: &str, checkouts: &[Checkout]) -> Option<bool> {
    let words = guard.split_whitespace().map(|word| word.trim_matches(['`', ',', ';', '(', ')', '"', '\'']));
    words
        .filter_map(|word| {
            let (checkouts, is_named, path) = named(word.trim_end_matches('.'), checkouts)?;
            find_path(path, is_named, &checkouts)
        })
        .max()
}

fn find_path(path: &str, is_named: bool, checkouts: &[&Checkout]) -> Option<bool> {
    // A test within a file: `tests/retry.rs::gives_up`, `tests/retry.rs#L42`, `tests/retry.rs:42`.
    let path = path.split("::").next().unwrap_or(path);
    let path = path.split('#').next().unwrap_or(path);
    let path = match path.rsplit_once(':') {
        Some((before, line)) if !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()) => before,
        _ => path,
    };
    if checkouts.iter().any(|checkout| checkout.holds(path)) {
        return Some(true);
    }
    let top = path.trim_start_matches("./").split_once('/').map(|(top, _)| top);
    let is_ours = is_named || top.is_some_and(|top| checkouts.iter().any(|checkout| checkout.holds(top)));
    is_ours.then_some(false)
}

/// Returns whether a glob matches a file; `None` where it is none, such as a service or a symbol.
fn matches(glob: &str, checkouts: &[Checkout]) -> Option<bool> {
    let (checkouts, is_named, pattern) = named(glob, checkouts)?;
    if !is_named && !pattern.contains('/') && !pattern.contains('*') {
        return None;
    }
    let pattern = pattern.trim_start_matches("./");
    if !pattern.contains(['*', '?', '[', '{']) {
        return find_path(pattern, is_named, &checkouts);
    }
    let matcher = GlobBuilder::new(pattern).literal_separator(true).build().ok()?.compile_matcher();
    // Only what begins as the glob does is looked at.
    let start = &pattern[..pattern.find(['*', '?', '[', '{', '\\']).unwrap_or(0)];
    Some(checkouts.iter().any(|checkout| {
        let first = checkout.files.partition_point(|file| file.as_str() < start);
        let mut files = checkout.files[first..].iter().take_while(|file| file.starts_with(start));
        files.any(|file| matcher.is_match(file))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::document::Reader;
    use crate::source::SourceFile;

    /// Returns for each lesson of a document how it is held, and the findings.
    fn held(lessons: &str) -> (Vec<&'static str>, Vec<String>) {
        let text = format!("---\nlessons:\n{lessons}---\n# An incident\n\nWords.\n");
        let file = SourceFile {
            path: "a.md".to_owned(),
            file: "a.md".to_owned(),
            size: text.len() as u64,
            text,
            git: None,
            findings: Vec::new(),
        };
        let document = Arc::new(Reader::new(&Config::default(), "content").parse(file));
        let files = ["src/pay/retry.rs", "src/pay/mod.rs", "tests/retry.rs", "alerts/pay.yaml"];
        let checkouts = [
            Checkout::listed("pay", files.map(str::to_owned).to_vec()),
            Checkout::listed("ledger", vec!["lib/ledger.rb".to_owned()]),
        ];
        let mut findings = Vec::new();
        let guards = check(std::slice::from_ref(&document), &checkouts, &mut findings);
        let held = (0..document.lessons.len())
            .map(|lesson| guards.of(0, lesson).map_or("nobody can say", Held::name))
            .collect();
        let findings = findings
            .iter()
            .map(|finding| {
                format!("{} in line {}: {}", finding.rule.name, finding.place.line, finding.message)
            })
            .collect();
        (held, findings)
    }

    #[test]
    fn a_guard_is_there_or_has_vanished() {
        let lessons = "
  - {text: One needs a limit, guard: tests/retry.rs}
  - {text: Two needs a limit, guard: 'pay:tests/retry.rs::gives_up'}
  - {text: Three needs a limit, guard: 'ledger/lib/ledger.rb:12'}
  - {text: Four needs a limit, guard: tests/gone.rs}
  - {text: Five needs a limit, guard: 'ledger:tests/retry.rs'}
  - {text: Six needs a limit, guard: the alert PaymentsSlow}
  - {text: Seven needs a limit, guard: 'https://wiki.example/tests/gone.rs'}
  - {text: Eight needs a limit, guard: elsewhere/gone.rs}
  - {text: Nine needs a limit, guard: 'the test `tests/retry.rs`, in pay'}
";
        let (held, findings) = held(lessons.trim_start_matches('\n'));
        let (yes, no, unknown) = ("guarded", "guard-vanished", "nobody can say");
        assert_eq!(held, [yes, yes, yes, no, no, unknown, unknown, unknown, yes]);
        assert_eq!(
            findings,
            [
                "guard-vanished in line 6: the guard `tests/gone.rs` is no longer there",
                "guard-vanished in line 7: the guard `ledger:tests/retry.rs` is no longer there",
            ]
        );
    }

    #[test]
    fn code_without_a_guard_is_told_of() {
        let lessons = "
  - {text: One needs a limit, applies_to: ['src/pay/**']}
  - {text: Two needs a limit, applies_to: [checkout, Retry]}
  - {text: Three needs a limit, applies_to: ['src/gone/*.rs', pay/src/*/retry.rs], guard: alerts/pay.yaml}
  - {text: Four needs a limit, applies_to: ['src/*.rs']}
";
        let (held, findings) = held(lessons.trim_start_matches('\n'));
        assert_eq!(held, ["unguarded", "nobody can say", "guarded", "nobody can say"]);
        assert_eq!(
            findings,
            [
                "unguarded-lesson in line 3: nothing holds this lesson",
                "glob-without-files in line 5: no file matches `src/gone/*.rs`",
                "glob-without-files in line 6: no file matches `src/*.rs`",
            ]
        );
    }

    #[test]
    fn no_glob_is_too_odd() {
        for glob in ["", "/", "[", "a/[", "**/**/**", "pay:", "../../etc/passwd", "{a,b", "\\\\"] {
            let lessons =
                format!("  - {{text: One needs a limit, applies_to: ['{glob}'], guard: '{glob}'}}\n");
            held(&lessons);
        }
    }
}
