//! `afterword schema`: the JSON Schema of front matter, for editors.

use crate::check::schema;
use crate::cli::Failure;
use crate::cli::check::print;

/// Prints it on stdout.
pub fn run() -> Result<(), Failure> {
    let schema = serde_json::to_string_pretty(&schema::front_matter()).expect("a schema is JSON");
    print(&(schema + "\n"))
}
