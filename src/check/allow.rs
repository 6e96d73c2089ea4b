//! What a document allows, and why.
//!
//! Comes in: comments such as `<!-- allow: blame: because this is a quotation from the report -->` or, in front matter,
//! `# allow: unknown-key: because the wiki needs it`. Goes out: [`Allow`]. A comment speaks of the block that follows it, at the
//! top of a document also of what the document as a whole lacks. Without a reason it allows nothing.

use crate::check::Findings;
use crate::check::Subject;
use crate::check::fix::Fix;
use crate::check::index;
use crate::check::level::Levels;
use crate::check::prose::Comment;
use crate::check::rules::allow_without_reason;
use crate::check::rules::unknown_rule;
use crate::check::rules::unused_allow;
use crate::diagnostic::Finding;
use crate::document::Document;
use std::ops::Range;

/// A comment that allows something.
#[derive(Debug)]
pub struct Allow {
    /// The names of rules, and whether each allowed something.
    names: Vec<(String, bool)>,
    has_reason: bool,
    span: Range<usize>,
    next: Range<usize>,
    at_top: bool,
}

/// Returns what the comments of a document allow.
pub fn read(subject: &Subject<'_>) -> Vec<Allow> {
    subject.prose.comments.iter().filter_map(understand).collect()
}

fn understand(comment: &Comment) -> Option<Allow> {
    let rest = comment.text.strip_prefix("allow:")?;
    let (names, reason) = rest.split_once(':').unwrap_or((rest, ""));
    let reason = reason.trim();
    let reason = reason.strip_prefix("because").unwrap_or(reason);
    let names = names.split([',', ' ', '\n']).map(str::trim).filter(|name| !name.is_empty());
    Some(Allow {
        names: names.map(|name| (name.to_owned(), false)).collect(),
        has_reason: reason.chars().filter(|c| c.is_alphanumeric()).count() >= 3,
        span: comment.span.clone(),
        next: comment.next.clone(),
        at_top: comment.at_top,
    })
}

impl Allow {
    /// Returns whether it allows a finding, and remembers that it did.
    pub fn covers(&mut self, finding: &Finding, document: &Document) -> bool {
        let Some(name) = self.names.iter_mut().find(|(name, _)| name == finding.rule.name) else {
            return false;
        };
        let is_meant = match &finding.place.span {
            None => self.at_top,
            Some(span) => {
                self.next.contains(&span.start)
                    || self.at_top
                        && document.title.span.as_ref().is_some_and(|title| title.start == span.start)
            }
        };
        name.1 |= is_meant;
        is_meant && self.has_reason
    }

    /// Finds what is wrong with the comments themselves.
    pub fn faults(allows: &[Allow], subject: &Subject<'_>, levels: &Levels, out: &mut Findings) {
        for allow in allows {
            let place = || subject.at(allow.span.clone());
            if allow.names.is_empty() {
                out.add(allow_without_reason::nothing(place()));
                continue;
            }
            if !allow.has_reason {
                out.add(allow_without_reason::finding(place()));
            }
            let mut known = Vec::new();
            for (name, used) in &allow.names {
                match index(name) {
                    None => out.add(unknown_rule::finding(name, place())),
                    // What is not looked for may well be there.
                    Some(rule) if !levels.is_applied(rule, Some(&subject.document.path)) => {}
                    Some(_) => known.push((name, *used)),
                }
            }
            for (name, _) in known.iter().filter(|(_, used)| !used) {
                let finding = unused_allow::finding(name, place());
                // A comment that names several rules is left to its author.
                match allow.names.len() {
                    1 => out.add_with_fix(finding, removal(&subject.document.text, &allow.span)),
                    _ => out.add(finding),
                }
            }
        }
    }
}

/// Returns the removal of a comment, with its line where nothing else stands on it.
fn removal(text: &str, span: &Range<usize>) -> Fix {
    let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[span.end..].find('\n').map_or(text.len(), |at| span.end + at + 1);
    let alone = text[line..span.start].trim().is_empty() && text[span.end..end].trim().is_empty();
    let span = if alone { line..end } else { span.clone() };
    Fix { span, replacement: String::new(), about: "remove the comment" }
}
