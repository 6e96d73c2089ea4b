//! What surrounds a lesson on its own page: who cites it, what is like it, where it returns, what holds it.
//!
//! Comes in: a lesson of the knowledge. Goes out: its [`Context`].

use super::Views;
use crate::knowledge::citation::CitedBy;
use crate::knowledge::recurring::LessonRef;
use crate::theme::data;
use crate::theme::phrases::Phrases;
use crate::theme::piece::Piece;

/// How many citing files, and how many commits, are named before the rest is only counted.
const NAMED: usize = 20;

/// What surrounds a lesson on its own page.
#[derive(Debug)]
pub struct Context {
    /// Who cites it, where anybody does.
    pub cited: Option<data::CitedBy>,
    /// The lesson that returns, where this is one time that it was learned; without its occurrences.
    pub returning: Option<data::Returning>,
    /// Lessons of other incidents that are like it, the most alike first.
    pub alike: Vec<data::Lesson>,
    /// The same as markup, where every template is one of the program's; `alike` is then empty.
    pub alike_pieces: Vec<Piece>,
    /// Whether it is held, in the word of templates.
    pub held: Option<String>,
}

/// Returns what surrounds a lesson. `place` is its document and its place there, where it stands in one.
pub fn of(views: &Views<'_>, id: &str, place: Option<LessonRef>) -> Context {
    let recurring = &views.knowledge.recurring;
    let alike = || place.into_iter().flat_map(|place| recurring.alike(place));
    let (alike, alike_pieces) = match views.is_ours {
        true => (Vec::new(), alike().map(|(document, lesson)| views.card_alike(document, lesson)).collect()),
        false => {
            (alike().map(|(document, lesson)| views.lesson(document, lesson, true)).collect(), Vec::new())
        }
    };
    let group = place.and_then(|place| recurring.group_of(place));
    Context {
        cited: views.cited.get(id).map(|cited_by| cited(cited_by, views.phrases)),
        returning: group.map(|group| views.returning(&recurring.groups[group], 0)),
        alike,
        alike_pieces,
        held: place.and_then(|place| held(views, place)),
    }
}

/// Returns whether a lesson is held, in the word of templates, where checkouts tell.
pub fn held(views: &Views<'_>, (document, lesson): LessonRef) -> Option<String> {
    views.knowledge.guards.of(document, lesson).map(|held| held.name().to_owned())
}

fn cited(cited_by: &CitedBy<'_>, phrases: &Phrases) -> data::CitedBy {
    let files = cited_by.files.iter().take(NAMED).map(|(repository, one)| data::CitingLine {
        repository: (*repository).to_owned(),
        path: one.path.clone(),
        line: one.line,
    });
    let commits = cited_by.commits.iter().take(NAMED).map(|(repository, one)| data::CitingCommit {
        repository: (*repository).to_owned(),
        commit: one.commit.chars().take(10).collect(),
        date: one.date.clone(),
        subject: one.subject.clone(),
    });
    data::CitedBy {
        files: files.collect(),
        commits: commits.collect(),
        file_count: cited_by.files.len(),
        commit_count: cited_by.commits.len(),
        words: words(cited_by, phrases),
    }
}

/// Returns who cites a lesson in one phrase: `cited in src/pay/retry.rs:42, and by 3 commits`.
fn words(cited_by: &CitedBy<'_>, phrases: &Phrases) -> String {
    let file = |(_, one): &(&str, &crate::knowledge::citation::InFile)| format!("{}:{}", one.path, one.line);
    let commits = match cited_by.commits.len() {
        0 => None,
        count => Some(phrases.count("cited_by_commits", count)),
    };
    let files = match cited_by.files.as_slice() {
        [] => None,
        [one] => Some(phrases.with("cited_in", &[("file", &file(one))])),
        [one, other] => Some(phrases.with("cited_in_two", &[("file", &file(one)), ("other", &file(other))])),
        [one, rest @ ..] => Some(phrases.with("cited_in_more", &[("file", &file(one)), ("n", &rest.len())])),
    };
    let words = match (files, commits) {
        (Some(files), Some(commits)) => {
            phrases.with("cited_and", &[("files", &files), ("commits", &commits)])
        }
        (Some(words), None) | (None, Some(words)) => words,
        (None, None) => return String::new(),
    };
    format!("{} {words}", phrases.say("cited"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::citation::InCommit;
    use crate::knowledge::citation::InFile;

    #[test]
    fn who_cites_is_one_phrase() {
        let line = InFile { id: "ll-7f3k2m".to_owned(), path: "src/pay/retry.rs".to_owned(), line: 42 };
        let commit = InCommit {
            id: "ll-7f3k2m".to_owned(),
            commit: "0123456789abcdef".to_owned(),
            date: "2024-05-31".to_owned(),
            subject: "Retry".to_owned(),
        };
        let phrase = |lines: usize, commits: usize| {
            let cited_by =
                CitedBy { files: vec![("pay", &line); lines], commits: vec![("pay", &commit); commits] };
            words(&cited_by, &Phrases::built_in("en"))
        };
        assert_eq!(phrase(1, 3), "cited in src/pay/retry.rs:42, and by 3 commits");
        assert_eq!(phrase(0, 1), "cited by 1 commit");
        assert_eq!(phrase(3, 0), "cited in src/pay/retry.rs:42 and 2 more places");
    }
}
