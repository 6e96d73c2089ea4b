//! Files of the lock and small documents in, what became of each id out.

use crate::config::Config;
use crate::document::Document;
use crate::document::Reader;
use crate::knowledge::Lock;
use crate::knowledge::identify;
use crate::knowledge::ledger::Answers;
use crate::knowledge::ledger::Ledger;
use crate::knowledge::ledger::State;
use crate::knowledge::ledger::settle::Retire;
use crate::knowledge::ledger::settle::Settlement;
use crate::knowledge::ledger::settle::What;
use crate::knowledge::ledger::settle::file_name;
use crate::source::SourceFile;
use std::sync::Arc;

/// Reads documents given as path and lessons, one a line; a first line in braces is their id.
fn documents(files: &[(&str, &str)]) -> Vec<Arc<Document>> {
    let config = Config::default();
    let reader = Reader::new(&config, "");
    let document = |(path, lessons): &(&str, &str)| {
        let (id, lessons) = match lessons.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((id, rest)) => (format!("---\nid: {id}\n---\n"), rest),
            None => (String::new(), *lessons),
        };
        let items: Vec<String> = lessons.lines().map(|line| format!("- {}", line.trim())).collect();
        let text = format!("{id}# {path} on 2021-03-02\n\n## Lessons learned\n\n{}\n", items.join("\n"));
        Arc::new(reader.parse(SourceFile {
            path: (*path).to_owned(),
            file: format!("content/{path}"),
            size: text.len() as u64,
            text,
            git: None,
            findings: Vec::new(),
        }))
    };
    files.iter().map(document).collect()
}

fn settle(ledger: &Ledger, files: &[(&str, &str)], answers: &Answers) -> (Ledger, Settlement) {
    let mut documents = documents(files);
    let mut findings = Vec::new();
    let lock = Lock { ledger: ledger.clone(), ..Lock::default() };
    let settlement = identify(&mut documents, lock, answers, &mut findings);
    assert!(findings.is_empty(), "{findings:?}");
    settlement.lock(&documents)
}

fn lock(ledger: &Ledger, files: &[(&str, &str)]) -> (Ledger, Settlement) {
    let (ledger, settlement) = settle(ledger, files, &Answers::default());
    // What was written reads as what it was, and a second run changes nothing.
    let (read, findings) = Ledger::parse(&ledger.files());
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(read, ledger);
    let (again, second) = settle(&read, files, &Answers::default());
    assert_eq!(again.files(), ledger.files(), "{:?}", second.changes);
    (ledger, settlement)
}

fn first(files: &[(&str, &str)]) -> Ledger {
    lock(&Ledger::default(), files).0
}

/// Draws the lock: the path of each file and its entries, ids left out.
fn draw(ledger: &Ledger) -> String {
    let mut lines: Vec<String> = Vec::new();
    for sheet in &ledger.sheets {
        for entry in &sheet.entries {
            let state = match &entry.state {
                State::Live => "",
                State::Retired(retirement) if retirement.gone => "gone ",
                State::Retired(_) => "retired ",
                State::Redacted => "redacted ",
                State::Alias(_) => "alias ",
            };
            let was: String = entry.earlier.iter().map(|text| format!(" < {text}")).collect();
            lines.push(format!("{}: {state}{}{was}", sheet.path, entry.text));
        }
    }
    lines.sort();
    lines.join("\n")
}

fn id_of(ledger: &Ledger, words: &str) -> String {
    let entries = ledger.sheets.iter().flat_map(|sheet| &sheet.entries);
    let mut found = entries.filter(|entry| entry.text.contains(words));
    let id = found.next().unwrap_or_else(|| panic!("no `{words}` in\n{}", draw(ledger))).id.clone();
    assert!(found.next().is_none(), "`{words}` stands twice in\n{}", draw(ledger));
    id
}

const RATIO: &str = "Alert on the share of failed payments, not on their number.";
const RESTORE: &str = "Rehearse every restore before you need it.";
const ROLLBACK: &str = "Roll back first and look for the reason afterwards.";

fn lines(texts: &[&str]) -> String {
    texts.join("\n")
}

#[test]
fn what_did_not_change_keeps_its_id_in_any_order() {
    let before = first(&[("a.md", &lines(&[RATIO, RESTORE])), ("b.md", ROLLBACK)]);
    let (after, settlement) = lock(&before, &[("a.md", &lines(&[RESTORE, RATIO])), ("b.md", ROLLBACK)]);
    assert_eq!(before, after);
    assert_eq!(settlement.changes, []);
}

#[test]
fn an_edited_lesson_keeps_its_id_and_its_earlier_wording() {
    let before = first(&[("a.md", &lines(&[RATIO, RESTORE]))]);
    let edited = "Alert on the share of failed card payments, not on their count.";
    let (after, _) = lock(&before, &[("a.md", &lines(&[edited, RESTORE]))]);
    assert_eq!(draw(&after), format!("a.md: {edited} < {RATIO}\na.md: {RESTORE}"));
    assert_eq!(id_of(&after, "card"), id_of(&before, "share"));
    // Back to what it was: the same lesson still.
    let (back, _) = lock(&after, &[("a.md", &lines(&[RATIO, RESTORE]))]);
    assert_eq!(draw(&back), format!("a.md: {RATIO} < {edited}\na.md: {RESTORE}"));
}

#[test]
fn a_document_that_moved_takes_its_lessons_along() {
    let before = first(&[("a.md", &lines(&[RATIO, RESTORE])), ("c.md", ROLLBACK)]);
    let edited = "Rehearse every restore each month, before you need it.";
    let (after, settlement) = lock(&before, &[("2021/b.md", &lines(&[RATIO, edited])), ("c.md", ROLLBACK)]);
    assert_eq!(
        draw(&after),
        format!("2021/b.md: {RATIO}\n2021/b.md: {edited} < {RESTORE}\nc.md: {ROLLBACK}")
    );
    let sheet = after.sheets.iter().find(|sheet| sheet.path == "2021/b.md").unwrap();
    assert_eq!((sheet.document.as_str(), sheet.moved.first().map(String::as_str)), ("a.md", Some("a.md")));
    assert!(settlement.changes.iter().any(|change| change.what == What::DocumentMoved));
    // A new document at the old path is another one.
    let (third, _) = lock(
        &after,
        &[
            ("2021/b.md", &lines(&[RATIO, edited])),
            ("a.md", "Name an owner of each queue."),
            ("c.md", ROLLBACK),
        ],
    );
    assert_eq!(id_of(&third, "share"), id_of(&before, "share"));
    assert_eq!(third.sheets.len(), 3);
}

#[test]
fn a_lesson_that_was_taken_elsewhere_keeps_its_id() {
    let before = first(&[("a.md", &lines(&[RATIO, RESTORE])), ("b.md", ROLLBACK)]);
    let (after, _) = lock(&before, &[("a.md", RATIO), ("b.md", &lines(&[ROLLBACK, RESTORE]))]);
    assert_eq!(id_of(&after, "Rehearse"), id_of(&before, "Rehearse"));
    assert_eq!(draw(&after), format!("a.md: {RATIO}\nb.md: {RESTORE}\nb.md: {ROLLBACK}"));
}

#[test]
fn a_deleted_lesson_is_gone_and_comes_back_with_its_id() {
    let before = first(&[("a.md", &lines(&[RATIO, RESTORE])), ("b.md", ROLLBACK)]);
    let (after, _) = lock(&before, &[("a.md", RATIO)]);
    assert_eq!(draw(&after), format!("a.md: {RATIO}\na.md: gone {RESTORE}\nb.md: gone {ROLLBACK}"));
    let (back, _) = lock(&after, &[("a.md", &lines(&[RATIO, RESTORE])), ("other/b.md", ROLLBACK)]);
    assert_eq!(id_of(&back, "Rehearse"), id_of(&before, "Rehearse"));
    assert_eq!(id_of(&back, "Roll back"), id_of(&before, "Roll back"));
}

/// Returns why a person is asked, and about how many candidates.
fn asked(ledger: &Ledger, files: &[(&str, &str)]) -> String {
    let (after, settlement) = settle(ledger, files, &Answers::default());
    for id in ledger.ids().keys() {
        assert!(after.ids().contains_key(id), "{id} is lost");
    }
    let asked: Vec<String> = settlement
        .questions
        .iter()
        .map(|question| format!("{:?} {}", question.doubt, question.candidates.len()))
        .collect();
    asked.join(", ")
}

#[test]
fn what_is_doubtful_is_asked() {
    let whole = "Alert on the failure ratio of payments and page the owner of the terminal pool.";
    let before = first(&[
        ("a.md", whole),
        ("b.md", &lines(&["Retry failed payments twice.", "Queue what the terminal refuses."])),
    ]);
    let rest = ("b.md", "Retry failed payments twice.\nQueue what the terminal refuses.");
    assert_eq!(asked(&before, &[("a.md", whole), rest]), "");
    let denied = "Do not alert on the failure ratio of payments and page the owner of the terminal pool.";
    assert_eq!(asked(&before, &[("a.md", denied), rest]), "Negated 1");
    let split = "Alert on the failure ratio of payments.\nPage the owner of the terminal pool.";
    assert_eq!(asked(&before, &[("a.md", split), rest]), "Split 2");
    let rewritten = "Page the owner of the payments terminals when too many of them fail to answer.";
    assert_eq!(asked(&before, &[("a.md", rewritten), rest]), "Reworded 1");
    let merged = ("b.md", "Retry failed payments twice and queue what the terminal refuses.");
    assert_eq!(asked(&before, &[("a.md", whole), merged]), "Merged 1, Merged 1");
    // Another lesson is no question.
    assert_eq!(asked(&before, &[("a.md", RESTORE), rest]), "");
}

#[test]
fn a_person_answers() {
    let denied = "Never alert on the share of failed payments, not even on their number.";
    let before = first(&[("a.md", RATIO)]);
    let id = id_of(&before, "share");
    let files = [("a.md", denied)];
    let (asked, settlement) = settle(&before, &files, &Answers::default());
    // Nothing is decided meanwhile: the id has its old words and the new ones have none.
    assert_eq!(draw(&asked), format!("a.md: {RATIO}"));
    let fresh = settlement.questions[0].candidates[0].fresh.clone();
    for target in [fresh.as_str(), "never alert on", ""] {
        let keep = Answers { keep: vec![(id.clone(), target.to_owned())], ..Answers::default() };
        let (kept, settlement) = settle(&before, &files, &keep);
        assert_eq!(settlement.faults, [""; 0]);
        assert_eq!((id_of(&kept, "Never"), kept.ids().len()), (id.clone(), 1));
    }
    let retire = Retire { id: id.clone(), because: Some("too noisy".to_owned()), replaced_by: vec![] };
    let (retired, _) = settle(&before, &files, &Answers { retire: vec![retire], ..Answers::default() });
    assert_eq!(id_of(&retired, "Never"), fresh);
    assert_eq!(draw(&retired), format!("a.md: {denied}\na.md: retired {RATIO}"));
    // What a person retired stays so, also where its words are back.
    let (still, _) = lock(&retired, &[("a.md", &lines(&[denied, RATIO]))]);
    assert_eq!(draw(&still), draw(&retired));
    let unknown = Answers { keep: vec![("ll-000000".to_owned(), String::new())], ..Answers::default() };
    assert_eq!(settle(&before, &files, &unknown).1.faults, ["the lock has no lesson `ll-000000`"]);
}

#[test]
fn what_is_no_lesson_is_remembered() {
    let files = [("a.md", &*lines(&[RATIO, "We met on Monday."]))];
    let answers = Answers { reject: vec!["we met".to_owned()], ..Answers::default() };
    let (ledger, settlement) = settle(&Ledger::default(), &files, &answers);
    assert_eq!(settlement.faults, [""; 0]);
    assert_eq!(draw(&ledger), format!("a.md: {RATIO}"));
    assert_eq!(lock(&ledger, &files).0, ledger);
    // One that is published keeps its address.
    let answers = Answers { reject: vec![id_of(&ledger, "share")], ..Answers::default() };
    let (ledger, _) = settle(&ledger, &files, &answers);
    assert_eq!(draw(&ledger), format!("a.md: retired {RATIO}"));
    assert_eq!(lock(&ledger, &files).0, ledger);
}

#[test]
fn a_redacted_lesson_keeps_its_id_alone() {
    let secret = "Never put the password hunter2 into a ticket.";
    let before = first(&[("a.md", &lines(&[secret, RATIO]))]);
    let id = id_of(&before, "hunter2");
    let redact = Answers { redact: vec![id.clone()], ..Answers::default() };
    let (_, settlement) = settle(&before, &[("a.md", &lines(&[secret, RATIO]))], &redact);
    assert!(settlement.faults[0].contains("still stands in content/a.md:5"), "{:?}", settlement.faults);
    let (after, _) = settle(&before, &[("a.md", RATIO)], &redact);
    let text: String = after.files().into_iter().map(|(_, text)| text).collect();
    assert!(!text.contains("hunter2") && text.contains(&format!("{id} lesson redacted")), "{text}");
    assert_eq!(lock(&after, &[("a.md", RATIO)]).0, after);
}

#[test]
fn a_conflict_is_resolved_by_taking_both_sides() {
    let base = first(&[("a.md", RATIO)]);
    let ours = lock(&base, &[("a.md", &lines(&[RATIO, RESTORE]))]).0;
    let theirs = lock(&base, &[("a.md", &lines(&[RATIO, ROLLBACK]))]).0;
    let (name, ours) = ours.files().remove(0);
    let theirs = theirs.files().remove(0).1;
    let conflict = format!("<<<<<<< HEAD\n{ours}||||||| base\nll-broken\n=======\n{theirs}>>>>>>> branch\n");
    let (ledger, findings) = Ledger::parse(&[(name, conflict.replace('\n', "\r\n"))]);
    assert!(findings.is_empty(), "{findings:?}");
    assert!(!ledger.conflicted.is_empty());
    let (after, _) = lock(&ledger, &[("a.md", &lines(&[RATIO, ROLLBACK, RESTORE]))]);
    assert_eq!(draw(&after), format!("a.md: {RATIO}\na.md: {RESTORE}\na.md: {ROLLBACK}"));
}

#[test]
fn two_ids_for_one_lesson_become_one_and_an_alias() {
    let text = format!(
        "document \"a.md\"\nll-aaaaa1 lesson \"{RATIO}\"\nll-bbbbb2 lesson \"{RATIO}\" was \"Old.\"\n"
    );
    let (ledger, _) = Ledger::parse(&[("a.txt".to_owned(), text)]);
    let (after, _) = lock(&ledger, &[("a.md", RATIO)]);
    let entries = &after.sheets[0].entries;
    assert_eq!((entries[0].state.clone(), entries[0].earlier.len()), (State::Live, 1));
    assert_eq!(entries[1].state, State::Alias("ll-aaaaa1".to_owned()));
    // One document locked under two paths, of which one is gone.
    let a = first(&[("a.md", &lines(&[RATIO, RESTORE]))]);
    let b = first(&[("b.md", &lines(&[RATIO, RESTORE]))]);
    let (both, _) = Ledger::parse(&[a.files(), b.files()].concat());
    let (after, _) = lock(&both, &[("b.md", &lines(&[RATIO, RESTORE]))]);
    assert_eq!(after.ids()[id_of(&a, "share").as_str()].state, State::Alias(id_of(&b, "share")));
}

#[test]
fn a_line_that_cannot_be_read_is_told_of() {
    for (line, expected) in [
        ("ll-7f3k2m", "a category stands behind the id"),
        ("ll-7f3k2m lessn \"x\"", "`lessn` is no category"),
        ("ll-7f3k2m lesson", "the text of the lesson is missing"),
        ("ll-7f3k2m lesson \"x", "a quotation mark is missing"),
        ("ll-7f3k2m lesson \"x\" \"y\"", "one lesson has two texts"),
        ("lesson \"x\"", "`lesson` begins no line of the lock"),
        ("format 2", "this program knows format 1 of the lock only"),
    ] {
        let text = format!("document \"a.md\"\n{line}\n");
        let (_, findings) = Ledger::parse(&[("a.txt".to_owned(), text)]);
        assert_eq!((findings[0].message.as_str(), findings[0].place.line), (expected, 2), "{line}");
    }
}

#[test]
fn an_id_of_its_authors_own_is_kept() {
    let own = |text: &str, id: &str| {
        let config = Config::default();
        let text = format!(
            "---\nlessons:\n  - text: {text}\n    id: {id}\n---\n# The pager slept on 2021-03-02\n\nWords.\n"
        );
        let file = SourceFile {
            path: "a.md".to_owned(),
            file: "a.md".to_owned(),
            size: 0,
            text,
            git: None,
            findings: Vec::new(),
        };
        vec![Arc::new(Reader::new(&config, "").parse(file))]
    };
    let run = |ledger: &Ledger, mut documents: Vec<Arc<Document>>| {
        let lock = Lock { ledger: ledger.clone(), ..Lock::default() };
        identify(&mut documents, lock, &Answers::default(), &mut Vec::new()).lock(&documents).0
    };
    let before = run(&Ledger::default(), own("Page a person.", "wake-up"));
    assert_eq!(before.sheets[0].entries[0].id, "ll-wake-up");
    // Its words may change as they like.
    let after = run(&before, own("Nobody reads e-mail at night.", "ll-wake-up"));
    assert_eq!(draw(&after), "a.md: Nobody reads e-mail at night. < Page a person.");
    // Another id: the older one leads there.
    let renamed = run(&after, own("Nobody reads e-mail at night.", "ll-night"));
    assert_eq!(renamed.ids()["ll-wake-up"].state, State::Alias("ll-night".to_owned()));
    assert_eq!(renamed.ids()["ll-night"].earlier, ["Page a person."]);
}

#[test]
fn no_two_documents_have_one_file() {
    assert_eq!(file_name("a/Über uns.md", "a/Über uns.md"), file_name("a/Über uns.md", "a/Über uns.md"));
    let names: Vec<String> = ["Dns.md", "dns.md", "x/dns.md", "x-dns.md", "障害.md", "x/README.md"]
        .iter()
        .map(|path| file_name(path, path))
        .collect();
    let lower: std::collections::BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(lower.len(), names.len());
    assert!(names[5].starts_with("x-"), "{names:?}");
    assert!(names.iter().all(|name| {
        name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b))
    }));
}
