//! What the tests of this module share.

use crate::config;
use crate::document::Document;
use crate::document::Reader;
use crate::source::SourceFile;

/// Reads one document, given as path and text.
pub fn document(path: &str, text: &str) -> Document {
    let (config, _) = config::parse("");
    let reader = Reader::new(&config, "");
    reader.parse(SourceFile {
        path: path.to_owned(),
        file: path.to_owned(),
        text: text.to_owned(),
        size: text.len() as u64,
        git: None,
        findings: Vec::new(),
    })
}
