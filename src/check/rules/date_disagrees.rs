//! Dates that disagree with the name of the file.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use crate::document::date;
use crate::document::moment::Precision;

/// The date is not the one in the name of the file.
pub static RULE: Rule = Rule {
    name: "date-disagrees",
    level: Level::Note,
    about: "the date in front matter is not the one in the name of the file",
};

/// Finds it. A day more or less may be another zone, or the day on which it was written.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    let document = subject.document;
    let Some(found) = document.date.as_ref().filter(|found| found.origin.is_declared()) else { return };
    let (Some(span), Some(named)) = (&found.span, date::find_in_path(&document.path)) else { return };
    let apart = match named.precision {
        Precision::Year => named.year() != found.value.year(),
        Precision::Month => named.iso()[..7] != found.value.iso()[..found.value.iso().len().min(7)],
        _ if found.value.precision < Precision::Day => return,
        _ => (named.date() - found.value.date()).num_days().abs() > 1,
    };
    if apart {
        out.add(
            Finding::new(&RULE, subject.at(span.clone()), format!("the file is named for {}", named.iso()))
                .help("which of them is the day on which it happened?"),
        );
    }
}
