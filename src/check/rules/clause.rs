//! Who does something in a sentence: a person, a team, or something else.
//!
//! Comes in: English text and the place of a verb. Goes out: whether its subject, in the same clause, is a person or a team. In
//! doubt it is not: a machine that "failed to start" must never be taken for somebody who is blamed.

use std::ops::Range;

/// Pronouns that mean people. "They" and "it" may mean machines, and do so more often than not.
const PRONOUNS: [&str; 13] = [
    "we",
    "i",
    "he",
    "she",
    "who",
    "someone",
    "somebody",
    "nobody",
    "everyone",
    "everybody",
    "noone",
    "you",
    "one-of-us",
];

/// Nouns that mean people or teams. Users and customers are left out: that they "failed to log in" is a symptom. So are an
/// operator, an agent, a manager and a host, which are programs as often.
const PEOPLE: [&str; 56] = [
    "engineer",
    "engineers",
    "developer",
    "developers",
    "dev",
    "devs",
    "programmer",
    "programmers",
    "admin",
    "admins",
    "administrator",
    "administrators",
    "sysadmin",
    "sysadmins",
    "technician",
    "technicians",
    "contractor",
    "contractors",
    "employee",
    "employees",
    "colleague",
    "colleagues",
    "coworker",
    "staff",
    "team",
    "teams",
    "person",
    "people",
    "on-call",
    "oncall",
    "responder",
    "responders",
    "sre",
    "sres",
    "dba",
    "dbas",
    "maintainer",
    "maintainers",
    "contributor",
    "contributors",
    "reviewer",
    "reviewers",
    "author",
    "authors",
    "intern",
    "commander",
    "management",
    "leadership",
    "member",
    "members",
    "volunteer",
    "volunteers",
    "designer",
    "analyst",
    "analysts",
    "owner",
];

const DETERMINERS: [&str; 24] = [
    "the", "a", "an", "our", "my", "your", "his", "her", "their", "its", "this", "these", "those", "some",
    "one", "two", "three", "another", "every", "each", "no", "any", "several", "both",
];

const PREPOSITIONS: [&str; 22] = [
    "of", "on", "in", "at", "from", "for", "with", "by", "to", "behind", "under", "about", "within",
    "across", "between", "during", "after", "before", "into", "over", "through", "without",
];

/// Words between a subject and its verb that change nothing.
const BETWEEN: [&str; 40] = [
    "had", "has", "have", "also", "just", "then", "again", "still", "never", "always", "all", "both", "even",
    "ever", "already", "may", "might", "must", "would", "will", "can", "could", "did", "does", "do", "was",
    "were", "is", "are", "been", "later", "first", "once", "soon", "really", "too", "not", "should", "since",
    "often",
];

/// Words that begin a clause of their own.
const BOUNDARIES: [&str; 22] = [
    "because", "while", "whereas", "although", "though", "since", "so", "as", "where", "until", "which",
    "that", "but", "and", "or", "nor", "yet", "than", "how", "why", "what", "then",
];

/// Words that make a clause a mere possibility: a rule of conduct, an alert's condition, a fear.
const CONDITIONS: [&str; 8] = ["if", "when", "whenever", "unless", "whether", "lest", "should", "case"];

/// Returns whether the subject of the verb at byte `at` is a person or a team.
pub fn has_person(text: &str, at: usize) -> bool {
    let sentence = sentence_start(text, at);
    let words = words(&text[sentence..at]);
    let mut end = words.len();
    while end > 0 && (BETWEEN.contains(&words[end - 1].as_str()) || is_adverb(&words[end - 1])) {
        end -= 1;
    }
    if end == 0 {
        return false;
    }
    let start = words[..end]
        .iter()
        .rposition(|word| is_boundary(word) || CONDITIONS.contains(&word.as_str()))
        .map_or(0, |at| at + 1);
    let before = start.checked_sub(1).map(|at| words[at].as_str());
    // "There is no such path in testing, so we did not see it" gives the reason, and blames nobody.
    if before.is_some_and(|word| CONDITIONS.contains(&word) || word == "so") {
        return false;
    }
    let clause = &words[start..end];
    if clause.is_empty() {
        return match before {
            // "The engineer restarted it and failed to look": what is joined has the subject of what it is joined to.
            Some("and" | "but" | "or" | ",") => opens_with_person(&words[..start - 1]),
            // "The change that failed to apply": the noun before it.
            Some("that" | "which") => start >= 2 && is_noun_for_people(&words[start - 2]),
            _ => false,
        };
    }
    // "Users who failed to log in".
    if clause.last().is_some_and(|word| word == "who") && clause.len() >= 2 {
        return is_person(&clause[..clause.len() - 1]);
    }
    is_person(clause)
}

/// Returns whether the first noun phrase of a sentence is a person and nobody else acts in it.
fn opens_with_person(words: &[String]) -> bool {
    let mut words = words;
    while words.first().is_some_and(|word| is_boundary(word) || is_adverb(word)) {
        words = &words[1..];
    }
    let Some(first) = words.first() else { return false };
    let opens = PRONOUNS.contains(&first.as_str())
        || words
            .iter()
            .take(4)
            .take_while(|word| !is_boundary(word) && !PREPOSITIONS.contains(&word.as_str()))
            .any(|word| is_noun_for_people(word))
            && DETERMINERS.contains(&first.as_str());
    opens
        && !words[1..].iter().any(|word| {
            matches!(word.as_str(), "it" | "they" | "which" | "that" | ";")
                || CONDITIONS.contains(&word.as_str())
        })
}

/// Returns whether a noun phrase, with what hangs on it, is a person.
fn is_person(words: &[String]) -> bool {
    let Some(last) = words.last() else { return false };
    if PRONOUNS.contains(&last.as_str()) {
        return true;
    }
    let determiner = words.iter().rposition(|word| DETERMINERS.contains(&word.as_str()));
    if let Some(at) = determiner
        && at > 0
        && PREPOSITIONS.contains(&words[at - 1].as_str())
    {
        // "The pager of the engineer": the phrase before the preposition acts.
        return at > 1 && is_person(&words[..at - 1]);
    }
    let phrase = &words[determiner.unwrap_or(0)..];
    match phrase.iter().skip(1).position(|word| PREPOSITIONS.contains(&word.as_str())) {
        Some(at) => is_noun_for_people(&phrase[at]),
        None => is_noun_for_people(last) || phrase.len() > 1 && last == "call" && phrase[0] == "on",
    }
}

fn is_noun_for_people(word: &str) -> bool {
    PEOPLE.contains(&word) || PRONOUNS.contains(&word)
}

fn is_adverb(word: &str) -> bool {
    word.len() > 4 && word.ends_with("ly")
}

fn is_boundary(word: &str) -> bool {
    BOUNDARIES.contains(&word) || matches!(word, "," | ";" | ":" | "(" | ")" | "-" | "/" | "|" | "\u{1}")
}

/// Returns the words in lower case, with marks that end a clause as words of their own.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for piece in text.split_whitespace() {
        let mut word = String::new();
        for c in piece.chars() {
            match c {
                ',' | ';' | ':' | '(' | ')' | '/' | '|' => {
                    if !word.is_empty() {
                        words.push(std::mem::take(&mut word));
                    }
                    words.push(c.to_string());
                }
                '–' | '—' | '→' => {
                    if !word.is_empty() {
                        words.push(std::mem::take(&mut word));
                    }
                    words.push("-".to_owned());
                }
                '’' => word.push('\''),
                // An unknown mark, such as of code, keeps its word from being mistaken for another.
                '"' | '“' | '”' | '*' | '_' | '`' | '.' => {}
                c => word.extend(c.to_lowercase()),
            }
        }
        if word == "no" || word == "one" && words.last().is_some_and(|last| last == "no") {
            if word == "one" {
                words.pop();
                word = "noone".to_owned();
            }
            words.push(word);
            continue;
        }
        if !word.is_empty() {
            words.push(word);
        }
    }
    words
}

/// Returns where the sentence around a place begins.
pub fn sentence_start(text: &str, at: usize) -> usize {
    let before = &text[..at];
    let mut start = 0;
    for (index, c) in before.char_indices().rev() {
        let after = &text[index + c.len_utf8()..];
        let ends = match c {
            '.' | '!' | '?' => after.starts_with(char::is_whitespace) && !is_abbreviation(&before[..index]),
            // A line of its own in a passage is often an entry of its own.
            '\n' => after.trim_start().starts_with(['-', '*', '•']),
            '。' => true,
            _ => false,
        };
        if ends {
            start = index + c.len_utf8();
            break;
        }
    }
    start
}

/// Returns the sentence around a place.
pub fn sentence(text: &str, at: usize) -> Range<usize> {
    let start = sentence_start(text, at);
    let rest = &text[at..];
    let end = rest
        .char_indices()
        .find(|&(index, c)| {
            matches!(c, '.' | '!' | '?')
                && rest[index + 1..].starts_with(|c: char| c.is_whitespace() || c == '"' || c == '”')
                && !is_abbreviation(&rest[..index])
        })
        .map_or(text.len(), |(index, _)| at + index + 1);
    start..end
}

fn is_abbreviation(before: &str) -> bool {
    ["e.g", "i.e", "etc", "vs", "approx", "ca", "Dr", "Mr", "Mrs", "Ms"]
        .iter()
        .any(|short| before.ends_with(short))
}

/// Returns whether a place stands between quotation marks.
pub fn is_quoted(text: &str, at: usize) -> bool {
    let before = &text[..at];
    let open = before.matches('“').count() > before.matches('”').count()
        || before.matches('«').count() > before.matches('»').count()
        || before.matches('„').count() > before.matches(['“', '”']).count();
    // Straight marks open and close alike: an odd number before, and one more behind.
    open || before.matches('"').count() % 2 == 1 && text[at..].contains('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `^` stands before the verb.
    fn check(sentence: &str) -> bool {
        let at = sentence.find('^').expect("a mark");
        has_person(&sentence.replace('^', ""), at)
    }

    #[test]
    fn people_and_teams() {
        for sentence in [
            "Unfortunately we ^failed to verify it.",
            "The on-call engineer ^failed to read the runbook.",
            "The engineer on call ^failed to notice.",
            "The engineer of the day ^failed to notice.",
            "In the morning the team ^failed to look.",
            "The developer ^forgot to think about it.",
            "It was late, and the admin repeatedly ^failed to answer.",
            "The engineer restarted the server and ^failed to check it.",
            "An engineer who ^failed to ask caused it.",
            "Nobody ^failed to say so; no one ^failed.",
            "The team in charge of the cache ^failed to test it.",
            "We looked at it for an hour because the reviewers ^failed to see it.",
        ] {
            assert!(check(sentence), "{sentence}");
        }
    }

    #[test]
    fn machines_and_mere_possibilities() {
        for sentence in [
            "The pod ^failed to start.",
            "The change that ^failed to apply was reverted.",
            "The pager of the engineer ^failed to ring.",
            "The team page ^failed to load.",
            "Alerts for engineers ^failed to fire.",
            "Users who ^failed to log in tried again.",
            "They ^failed to elect a leader.",
            "If an engineer ^failed to answer, the next one was called.",
            "We restarted the pods, which ^failed to come back.",
            "We saw that the deploy ^failed to finish.",
            "The operator ^failed to reconcile the resource.",
            "^Failed to fetch the token.",
            "Our deployment ^failed to finish. We waited.",
            "The list was wrong, so the engineer ^failed to find the host.",
        ] {
            assert!(!check(sentence), "{sentence}");
        }
    }

    #[test]
    fn quotations_are_known_by_their_marks() {
        for (text, word, quoted) in [
            ("He said “we should have” twice", "should", true),
            ("He said \"we should have\" twice", "should", true),
            ("He said “this” and we should have", "should", false),
            ("a 5\" disk: we should have", "should", false),
        ] {
            assert_eq!(is_quoted(text, text.find(word).unwrap()), quoted, "{text}");
        }
    }
}
