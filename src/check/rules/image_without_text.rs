//! Images that some readers cannot see.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;

/// An image has no words that stand for it.
pub static RULE: Rule = Rule {
    name: "image-without-text",
    level: Level::Warning,
    about: "an image has no words that stand for it where it cannot be seen",
};

/// Words that generators put there by themselves.
const EMPTY: [&str; 8] = ["image", "img", "screenshot", "picture", "alt text", "alt", "photo", "graph"];

/// Finds it.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    for image in &subject.prose.images {
        let words = image.text.trim();
        let is_file = !words.contains(' ')
            && [".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp"]
                .iter()
                .any(|ending| words.to_ascii_lowercase().ends_with(ending));
        if words.is_empty() || is_file || EMPTY.iter().any(|empty| words.eq_ignore_ascii_case(empty)) {
            let message = match words {
                "" => "this image has no words that stand for it".to_owned(),
                words => format!("`{words}` does not say what the image shows"),
            };
            out.add(
                Finding::new(&RULE, subject.at(image.span.clone()), message)
                    .help("write in `![…]` what it tells: “errors rise from 1 % to 40 % at 09:12”"),
            );
        }
    }
}
