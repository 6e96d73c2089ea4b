//! Whether an action tells of what was done, in words and without a state.
//!
//! Comes in: the text of an action. Goes out: whether it speaks of the past. English alone; in doubt it does not.

use std::borrow::Cow;

/// Words that a sentence about what is still wanted has before its `has been`.
const WANTED: [&str; 17] = [
    "that", "when", "whenever", "if", "whether", "until", "once", "after", "before", "which", "where",
    "should", "must", "not", "never", "what", "unless",
];

/// Words that begin an action like a verb of the past and are none.
const NO_PAST: [&str; 9] = ["embed", "exceed", "feed", "need", "proceed", "seed", "speed", "shed", "shred"];

/// Verbs whose past does not end in `ed`, but for those whose past is also what one is told to do: `set`, `put`.
const IRREGULAR: [&str; 16] = [
    "built", "bought", "brought", "found", "gave", "held", "made", "moved", "ran", "rebuilt", "rewrote",
    "sent", "took", "turned", "went", "wrote",
];

/// Words before a thing that is there already.
const DEFINITE: [&str; 13] =
    ["a", "an", "the", "all", "both", "our", "this", "that", "these", "it", "to", "from", "with"];

/// Returns whether the actions of a document are for the most part a report of what was done, so that each of them which begins
/// with a verb of the past is one.
pub fn is_report<'a>(actions: impl Iterator<Item = &'a str>) -> bool {
    let (mut all, mut past) = (0, 0);
    for text in actions {
        all += 1;
        past += usize::from(words(text).next().is_some_and(|first| is_past(&first)));
    }
    past > 1 && past * 2 > all
}

/// Returns whether an action says that it was done: "Added an alert", "We've moved the jobs", "The flag has been removed".
pub fn is_told(text: &str, in_report: bool) -> bool {
    let mut words = words(text).take(10);
    let Some(first) = words.next() else { return false };
    let first = &*first;
    // Nearly all actions tell of nothing that was done, and that shows without a look at the other words.
    let may_tell = is_past(first)
        || matches!(first, "we've" | "i've" | "we" | "i" | "they")
        || text.as_bytes().windows(4).any(|word| word.eq_ignore_ascii_case(b"been"));
    if !may_tell {
        return false;
    }
    let rest: Vec<Cow<'_, str>> = words.collect();
    let rest: Vec<&str> = rest.iter().map(|word| &**word).collect();
    let rest = rest.as_slice();
    let is_past_or_so = |word: &str| is_past(word) || matches!(word, "already" | "now" | "since");
    if is_past(first) {
        // `Automated tests for …`, `Improved monitoring`: what stands behind may be wanted still.
        return in_report || rest.first().is_some_and(|next| DEFINITE.contains(next));
    }
    match (first, rest) {
        ("we've" | "i've", [next, ..]) | ("we" | "i" | "they", ["have" | "had", next, ..]) => {
            return is_past_or_so(next);
        }
        ("we" | "i" | "they", [verb, ..]) if is_past(verb) => return true,
        _ => {}
    }
    let been = rest.windows(2).position(|pair| matches!(pair, ["has" | "have", "been"]));
    let wanted = |word: &&str| WANTED.contains(word);
    been.is_some_and(|at| !wanted(&first) && !rest[..at].iter().any(wanted))
        && !rest.iter().any(|word| matches!(*word, "not" | "yet"))
}

fn words(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-')))
        .filter(|word| !word.is_empty())
        .map(|word| match word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
            true => Cow::Borrowed(word),
            false => Cow::Owned(word.to_lowercase().replace('’', "'")),
        })
}

fn is_past(word: &str) -> bool {
    IRREGULAR.contains(&word)
        || word.len() > 4
            && word.ends_with("ed")
            && word.bytes().all(|byte| byte.is_ascii_lowercase())
            && !NO_PAST.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_told_from_what_is_wanted() {
        for done in [
            "Added an alert for the queue",
            "Pulled the logs of all hosts",
            "Restored from the copy of Monday",
            "We've advised the team to pin versions",
            "We tweaked the limits",
            "We have already moved the jobs",
            "The flag has been disabled and removed",
            "This has been documented",
            "Rewrote the script",
        ] {
            assert!(is_told(done, false), "{done}");
        }
        for wanted in [
            "",
            "Need a second reviewer",
            "Add an alert when the certificate has not been renewed",
            "Verify that backups have been taken",
            "Automated tests for the importer",
            "Improved monitoring",
            "Shared dashboards for both teams",
            "Feed the events into the queue",
            "Check whether the flag has been removed",
            "We should have been told",
            "The alert has not been written yet",
            "Embed the chart",
        ] {
            assert!(!is_told(wanted, false), "{wanted}");
        }
    }
    #[test]
    fn a_list_of_what_was_done_is_a_report() {
        let done = ["Pulled logs", "Restored service", "Automated tests", "Write an alert"];
        assert!(is_report(done.into_iter()));
        assert!(
            is_told("Pulled logs", true)
                && !is_told("Pulled logs", false)
                && !is_told("Write an alert", true)
        );
        assert!(!is_report(
            ["Automated tests", "Improved monitoring", "Write an alert", "Add a limit"].into_iter()
        ));
        assert!(!is_report(["Automated tests"].into_iter()));
    }
}
