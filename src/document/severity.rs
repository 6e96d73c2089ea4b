//! How bad an incident was: the words as written, and their rank where they say it.
//!
//! Comes in: the words of a value or a title. Goes out: a [`Severity`]. Maps only what says its rank by itself; a site's
//! own table in `afterword.toml` maps the rest.

use crate::config::Config;
use crate::document::Severity;

/// The longest label that stands in a list; what follows it is explanation and stands in the document.
const LONGEST: usize = 32;

/// Reads the value of a severity field or label; `None` where it is blank or a placeholder.
pub fn read(words: &str, config: &Config) -> Option<Severity> {
    // Coloured circles and the like stand before the words of many a field.
    let words = words
        .trim_start_matches(|c: char| !c.is_alphanumeric())
        .trim_end_matches(['*', '_', '`', '"', ' '])
        .trim();
    if words.is_empty() || crate::document::aside::is_placeholder(words) || is_choice(words) {
        return None;
    }
    let label = short(words);
    let level = config
        .severity
        .get(&words.to_lowercase())
        .or_else(|| config.severity.get(&label.to_lowercase()))
        .copied()
        .or_else(|| rank(&label))
        .or_else(|| label.parse::<u8>().ok().filter(|rank| (1..=5).contains(rank)));
    // Without a rank, a sentence under such a label tells of the impact and names no severity.
    let dense = label.chars().filter(|&c| (c as u32) >= 0x2E80).count();
    if level.is_none() && (label.split_whitespace().count() > 4 || dense > 16) {
        return None;
    }
    Some(Severity { label, level })
}

/// Returns whether the words offer a choice that nobody made: `Critical / High / Medium / Low`.
fn is_choice(words: &str) -> bool {
    let parts: Vec<&str> = words.split(['/', '|']).map(str::trim).collect();
    parts.len() > 2 && parts.iter().all(|part| !part.is_empty() && part.split_whitespace().count() <= 2)
}

/// Finds a severity in a title: `[SEV1] Checkout down`, `SEV-2: …`; only words that cannot mean anything else.
pub fn in_title(title: &str, config: &Config) -> Option<Severity> {
    let lower = title.to_ascii_lowercase();
    let at = lower.find("sev")?;
    if lower[..at].ends_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let rest = &title[at..];
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '-')).unwrap_or(rest.len());
    rank(&rest[..end]).and_then(|_| read(&rest[..end], config))
}

/// Returns the label without the explanation behind it.
fn short(words: &str) -> String {
    let cut = words.find(['(', '（', '\n', ';', '–', '—']).filter(|&at| at > 0).unwrap_or(words.len());
    let mut label = words[..cut].trim_end_matches([' ', ',', ':', '-', '.']).trim();
    if label.chars().count() > LONGEST
        && let Some(at) = label.find([',', ':', '.', '、'])
    {
        label = &label[..at];
    }
    if label.chars().count() > LONGEST {
        let end = label.char_indices().nth(LONGEST).map_or(label.len(), |(at, _)| at);
        let end = label[..end].rfind(' ').unwrap_or(end);
        label = &label[..end];
    }
    crate::document::block::fold(label).into_owned()
}

/// Returns the rank that the words say: SEV-1 … SEV-5, P1 …, S1 …, near miss.
fn rank(label: &str) -> Option<u8> {
    let lower = label.to_lowercase();
    let gap = |c: char| matches!(c, ' ' | '-' | '_' | ':' | '#');
    if lower.strip_prefix("near").is_some_and(|rest| rest.trim_start_matches(gap).starts_with("miss")) {
        return Some(5);
    }
    let rest = ["severity", "sev", "priority", "prio", "level", "p", "s"]
        .iter()
        .find_map(|prefix| lower.strip_prefix(prefix))?;
    let rest = rest.strip_prefix(" level").unwrap_or(rest).trim_start_matches(gap);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    // `S3` is a rank and `s3bucket` is not; "SEV-2 / major" says its rank first.
    let ends = rest[digits..].chars().next().is_none_or(|c| !c.is_alphanumeric());
    match rest[..digits].parse::<u8>() {
        // Teams that count from zero mean their worst by it.
        Ok(0) if ends => Some(1),
        Ok(rank @ 1..=5) if ends => Some(rank),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &str, label: &str, level: Option<u8>) {
        let severity = read(words, &Config::default()).unwrap();
        assert_eq!((severity.label.as_str(), severity.level), (label, level), "{words}");
    }

    #[test]
    fn words_that_say_their_rank() {
        check("SEV-1", "SEV-1", Some(1));
        check("sev2", "sev2", Some(2));
        check("P0", "P0", Some(1));
        check("S3", "S3", Some(3));
        check("near miss", "near miss", Some(5));
        check("3", "3", Some(3));
        check("SEV-3（主要機能の停止）", "SEV-3", Some(3));
        check("critical", "critical", None);
        check("Medium (some users)", "Medium", None);
        check("🔴 **High**", "High", None);
        check("P1 - Critical", "P1 - Critical", Some(1));
        check("Severity level 3", "Severity level 3", Some(3));
        check("SEV-2 / major", "SEV-2 / major", Some(2));
    }

    #[test]
    fn sentences_and_choices_name_no_severity() {
        let config = Config::default();
        for words in [
            "Critical / High / Medium / Low",
            "P1 | P2 | P3",
            "All users were unable to log in for an hour",
            "TBD",
        ] {
            assert_eq!(read(words, &config), None, "{words}");
        }
    }

    #[test]
    fn a_site_ranks_its_own_words() {
        let mut config = Config::default();
        config.severity.insert("down".to_owned(), 1);
        assert_eq!(read("Down", &config).unwrap().level, Some(1));
    }

    #[test]
    fn a_title_may_say_it() {
        let config = Config::default();
        assert_eq!(in_title("[SEV1] Checkout is down", &config).unwrap().level, Some(1));
        assert_eq!(in_title("Seven nodes lost", &config), None);
        assert_eq!(in_title("Several S3 errors", &config), None);
    }
}
