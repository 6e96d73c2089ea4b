//! What a template told the writer.

use crate::check::Findings;
use crate::check::Subject;
use crate::check::rules::clause;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use aho_corasick::AhoCorasick;
use aho_corasick::Anchored;
use aho_corasick::Input;
use aho_corasick::StartKind;
use std::ops::Range;
use std::sync::LazyLock;

/// A prompt of the template is left over.
pub static RULE: Rule = Rule {
    name: "leftover-prompt",
    level: Level::Warning,
    about: "a template tells the writer what to write, and its words are still there",
};

/// What templates say to writers, in lower case.
pub const PROMPTS: [&str; 34] = [
    "delete this section",
    "remove this section",
    "delete this line",
    "delete this paragraph",
    "delete if not",
    "delete or keep",
    "insert your",
    "insert the ",
    "[insert",
    "[describe",
    "[add ",
    "[link to",
    "[your ",
    "[name of",
    "<insert",
    "<describe",
    "<add ",
    "<link to",
    "<your ",
    "<name of",
    "<short ",
    "<list ",
    "<date",
    "<what ",
    "<who ",
    "<how ",
    "<summary",
    "<title",
    "describe what happened here",
    "fill in this",
    "fill out this",
    "replace this text",
    "this section should",
    "{{",
];

/// Finds those that look like a tag, where a text begins with one.
static TAGS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .start_kind(StartKind::Anchored)
        .build(PROMPTS.iter().filter(|prompt| prompt.starts_with('<')))
        .expect("a few short patterns")
});

/// Finds them in text; comments are seen by writers alone and are left to them.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    if !subject.survey.knowledge.is_listed(subject.index) {
        return;
    }
    for (index, prompt) in subject.prompts() {
        let passage = subject.prose.passage(*index);
        let text = passage.text();
        let start = prompt.start;
        let range = match text.as_bytes()[start] {
            open @ (b'<' | b'[' | b'{') => {
                let Some(range) = bracket(text, start, open) else { continue };
                range
            }
            _ if passage.is_heading() => continue,
            _ => prompt.clone(),
        };
        if passage.in_code(&range) || clause::is_quoted(text, start) {
            continue;
        }
        let words = crate::document::title::cut(&text[range.clone()], 48);
        out.add(
            Finding::new(&RULE, subject.at(passage.source(range)), format!("`{words}` is for the writer"))
                .help("replace it with what happened, or take it out"),
        );
    }
    // `<describe the impact>` is a tag to Markdown, which a page does not show at all.
    let text = subject.document.text.as_str();
    let body = subject.document.body_start;
    for start in memchr::memchr_iter(b'<', &text.as_bytes()[body..]).map(|at| body + at) {
        if !TAGS.is_match(Input::new(&text[start..]).anchored(Anchored::Yes)) {
            continue;
        }
        let Some(range) = bracket(text, start, b'<') else { continue };
        let holds = |span: &Range<usize>| span.start <= range.start && range.end <= span.end;
        let shown = subject
            .prose
            .passages()
            .any(|passage| holds(&passage.span()) && passage.text().contains(&text[range.clone()]));
        let code =
            subject.prose.other.iter().any(|other| holds(other) && !text[other.clone()].starts_with('<'));
        let quoted = text[..start].ends_with(['`', '\\']);
        if !shown
            && !code
            && !quoted
            && !text[range.clone()].contains('=')
            && text[range.clone()].contains(' ')
        {
            let words = crate::document::title::cut(&text[range.clone()], 48);
            out.add(
                Finding::new(&RULE, subject.at(range), format!("`{words}` is for the writer"))
                    .label("a page shows nothing of it")
                    .help("replace it with what happened, or take it out"),
            );
        }
    }
}

/// Returns what stands between a bracket and the one that closes it, on one line.
fn bracket(text: &str, start: usize, open: u8) -> Option<Range<usize>> {
    let close = match open {
        b'<' => ">",
        b'[' => "]",
        _ => "}}",
    };
    let end = text[start..].find(close)? + start + close.len();
    let words = &text[start..end];
    // What a generator replaces is no prompt: `{{< track >}}`, `{{ site.url }}`, `{{ "x" | f }}`.
    let inner = words.trim_matches(['{', '}']);
    if open == b'{' && !inner.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-')) {
        return None;
    }
    // A link has an address behind its bracket.
    let link = open == b'[' && text[end..].starts_with(['(', '[']);
    (words.len() <= 200 && !words.contains('\n') && !link).then_some(start..end)
}
