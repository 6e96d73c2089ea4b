//! Lessons that return, told by the words that they share.

use super::*;

/// Returns the groups of statements, each line an incident, with their words.
fn groups_of(lines: &[&str]) -> Vec<String> {
    let statements: Vec<Statement<'_>> = lines
        .iter()
        .enumerate()
        .flat_map(|(incident, line)| {
            line.split(" | ").map(move |text| Statement {
                text,
                language: "en",
                category: Category::Lesson,
                incident: incident as u32,
            })
        })
        .collect();
    let found = find(&statements);
    found
        .groups
        .iter()
        .map(|group| {
            let members: Vec<String> = group.members.iter().map(u32::to_string).collect();
            format!("{}: {}", members.join(" "), group.words.join(", "))
        })
        .collect()
}

#[test]
fn what_is_said_in_other_words_is_one_lesson() {
    let found = groups_of(&[
        "A backup that was never restored is only a hope: restore one every week.",
        "Feature flags need an owner and an end.",
        "Nobody had ever tried restoring a backup, so the backups turned out to be empty.",
        "Certificates must renew themselves; a calendar entry is not enough.",
        "The certificate had expired: renewal of certs must not depend on a calendar.",
    ]);
    assert_eq!(found, ["0 2: backup, restored", "3 4: certificates, renew, calendar"]);
}

#[test]
fn words_that_every_lesson_holds_make_no_group() {
    let found = groups_of(&[
        "Improve monitoring and add better alerts.",
        "We should add alerts and improve our monitoring.",
        "Improve the monitoring.",
        "Better communication with users is needed.",
        "Communication with our customers needs to be better.",
    ]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn one_subject_is_not_one_statement() {
    let found = groups_of(&[
        "The edge function logs to a bucket that nobody owns.",
        "Deploy an edge function in one region before all others.",
        "Delete pods that have been stuck for an hour.",
        "Draining pods takes longer than the grace period.",
    ]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_document_that_repeats_itself_teaches_once() {
    let found = groups_of(&[
        "Restore a backup every week. | Backups have to be restored every week.",
        "Feature flags need an owner.",
    ]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn copies_and_templates_make_no_group() {
    let copy = "Version numbers of the mesh must be pinned. | Rehearse the failover of the ledger.";
    assert!(groups_of(&[copy, copy]).is_empty());
    let filled = format!("{copy} | Something of its own happened to the printer.");
    assert!(groups_of(&[copy, &filled, copy]).is_empty());
    // A third that learned it by itself is none.
    let third = "The failover of the ledger has to be rehearsed.";
    assert_eq!(groups_of(&[copy, copy, third]), ["1 3 4: rehearse, failover, ledger"]);
}

#[test]
fn luck_and_faults_stay_apart() {
    let statement = |category, incident| Statement {
        text: "The standby in Lisbon held a fresh snapshot.",
        language: "en",
        category,
        incident,
    };
    let found = find(&[statement(Category::Lucky, 0), statement(Category::WentWrong, 1)]);
    assert!(found.groups.is_empty());
    let alike: Vec<Vec<u32>> = found.alike.iter().map(|alike| alike.iter().collect()).collect();
    assert_eq!(alike, [[1], [0]]);
    let found = find(&[statement(Category::Lesson, 0), statement(Category::WentWrong, 1)]);
    assert_eq!(found.groups.len(), 1);
}

#[test]
fn what_is_learned_elsewhere_does_not_reshuffle() {
    let mut lines = vec![
        "A backup that was never restored is only a hope: restore one every week.".to_owned(),
        "Nobody had ever tried restoring a backup, so the backups turned out to be empty.".to_owned(),
        "Certificates must renew themselves; a calendar entry is not enough.".to_owned(),
        "The certificate had expired: renewal of certs must not depend on a calendar.".to_owned(),
    ];
    let expected = groups_of(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(expected.len(), 2);
    for number in 0..200 {
        let word = |salt: usize| {
            format!("w{}", ["alder", "birch", "cedar", "elm", "fir", "hazel"][(number * salt) % 6])
        };
        let backup = if number % 10 == 0 { " and a backup" } else { "" };
        lines.push(format!("The {}{number} of the {} broke the x{number}q{backup}.", word(1), word(5)));
        let found = groups_of(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(found[..2], expected[..], "after {number} more");
    }
}

#[test]
fn no_statement_is_too_odd() {
    let texts = ["", "…", "日本", "Restore.", "\u{0}"];
    let statements: Vec<Statement<'_>> = texts
        .iter()
        .cycle()
        .take(20)
        .enumerate()
        .map(|(incident, text)| Statement {
            text,
            language: "xx",
            category: Category::Lesson,
            incident: incident as u32,
        })
        .collect();
    assert!(find(&statements).groups.is_empty());
    assert_eq!(find(&[]), Recurrence::default());
}

/// A statement as it is drawn by lot.
#[derive(Clone, Debug, PartialEq)]
struct Drawn {
    text: String,
    category: Category,
    incident: u32,
}

#[test]
fn finding_again_is_finding_anew() {
    let mut seed = 0x2545_F491_4F6C_DD1Du64;
    let mut below = |count: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 11) as usize % count
    };
    // Some words are frequent and most are seldom, as in any language.
    let mut draw = |incident: u32| {
        let words: Vec<String> = (0..4 + below(5))
            .map(|_| {
                let most = 1 + below(400);
                format!("w{}q", below(most))
            })
            .collect();
        let category = [Category::Lesson, Category::WentWrong, Category::Lucky][below(8).saturating_sub(5)];
        (Drawn { text: words.join(" "), category, incident }, below(1 << 20))
    };
    let mut list: Vec<Drawn> = (0..900).map(|at| draw(at / 3).0).collect();
    let mut memory = Memory::default();
    let mut of_groups = Memory::of(Wanted::Groups);
    let mut known = vec![None; list.len()];
    let mut changes = 0;
    for edit in 0..120 {
        let statements: Vec<Statement<'_>> = list
            .iter()
            .map(|one| Statement {
                text: &one.text,
                language: "en",
                category: one.category,
                // The numbers of incidents are others each time.
                incident: one.incident * 2 + edit % 2,
            })
            .collect();
        let before = memory.found.clone();
        let again = memory.find_again(&statements, &known).clone();
        let anew = find(&statements);
        assert_eq!(again.groups, anew.groups, "edit {edit}");
        assert_eq!(again.alike, anew.alike, "edit {edit}");
        let groups_alone = of_groups.find_again(&statements, &known);
        assert_eq!(groups_alone.groups, anew.groups, "edit {edit}");
        assert!(groups_alone.alike.is_empty());
        changes += usize::from(edit > 0 && again != before);
        known = (0..list.len() as u32).map(Some).collect();
        for _ in 0..=edit % 3 {
            let (new, lot) = draw(list[edit as usize].incident);
            let at = lot % list.len();
            match lot % 5 {
                // One is gone, or the whole incident.
                0 => {
                    list.remove(at);
                    known.remove(at);
                }
                1 => {
                    let gone = list[at].incident;
                    let mut stays = list.iter().map(|one| one.incident != gone);
                    known.retain(|_| stays.next() == Some(true));
                    list.retain(|one| one.incident != gone);
                }
                // A copy of another incident's, word for word.
                2 => {
                    let copied = list[lot / 7 % list.len()].text.clone();
                    list[at].text = copied;
                    known[at] = None;
                }
                // Another in its place, or one more, of a new incident or one that is there.
                3 => {
                    list[at] = Drawn { incident: list[at].incident, ..new };
                    known[at] = None;
                }
                _ => {
                    let incident = if lot % 2 == 0 { 2000 + edit } else { list[at].incident };
                    list.insert(at, Drawn { incident, ..new });
                    known.insert(at, None);
                }
            }
        }
    }
    assert!(changes > 80, "{changes} edits changed something");
}
