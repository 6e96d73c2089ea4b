//! The benchmark's made-up documents: figures of different years can only be compared if the bytes never change.

#[path = "../../benches/corpus.rs"]
mod corpus;

use crate::site::Site;
use std::collections::BTreeMap;
use std::path::Path;
use walkdir::WalkDir;
use xxhash_rust::xxh3::xxh3_64;

/// Returns the text of every document by its path; reading it as text proves that it is UTF-8.
#[expect(clippy::disallowed_methods, reason = "reads what the generator wrote")]
fn documents(count: usize, seed: u64) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let bytes = corpus::generate(folder.path(), count, seed).expect("the documents are written");
    let mut documents = BTreeMap::new();
    for entry in WalkDir::new(folder.path()) {
        let entry = entry.expect("the folder can be listed");
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(folder.path()).expect("a walk stays below its root");
            let path = path.to_str().expect("a path in UTF-8").replace('\\', "/");
            let text = std::fs::read_to_string(entry.path()).expect("a document in UTF-8");
            documents.insert(path, text);
        }
    }
    assert_eq!(bytes, documents.values().map(|text| text.len() as u64).sum::<u64>());
    documents
}

fn hash(documents: &BTreeMap<String, String>) -> u64 {
    let mut all = String::new();
    for (path, text) in documents {
        all.push_str(&format!("{path}\0{text}\0"));
    }
    xxh3_64(all.as_bytes())
}

/// Raise `corpus::VERSION` together with this hash: a changed corpus is another benchmark.
#[test]
fn the_same_seed_gives_the_same_bytes() {
    let first = documents(60, 1);
    assert_eq!(first, documents(60, 1));
    assert_ne!(first, documents(60, 2));
    assert_eq!((corpus::VERSION, hash(&first)), (2, 15_895_875_178_909_355_196));
}

#[test]
fn sizes_are_those_of_real_documents() {
    for seed in 1..=3 {
        let documents = documents(300, seed);
        assert_eq!(documents.len(), 300);
        let sizes: Vec<usize> = documents.values().map(String::len).collect();
        let mean = sizes.iter().sum::<usize>() / sizes.len();
        assert!((6_200..=6_800).contains(&mean), "the mean is {mean} bytes with seed {seed}");
        assert!(sizes.iter().any(|&size| size < 1_500), "no short document with seed {seed}");
        assert!(sizes.iter().any(|&size| size > 20_000), "no long document with seed {seed}");
    }
}

/// A document that holds ten times the lessons of a real one would measure another program.
#[test]
fn as_much_is_found_as_in_real_documents() {
    let texts = documents(300, 1);
    let files: Vec<(&str, &String)> = texts.iter().map(|(path, text)| (path.as_str(), text)).collect();
    let knowledge = Site::new(&files).export(&[]);
    let documents = knowledge["documents"].as_array().expect("documents");
    let mean = |count: usize| count as f64 / documents.len() as f64;
    let of = |key: &str| {
        mean(documents.iter().map(|document| document[key].as_array().expect("a list").len()).sum::<usize>())
    };
    let lessons = mean(knowledge["lessons"].as_array().expect("lessons").len());
    assert!((7.5..=9.5).contains(&of("timeline")), "{} rows of a timeline", of("timeline"));
    assert!((3.7..=5.2).contains(&of("actions")), "{} actions", of("actions"));
    assert!((4.5..=5.5).contains(&lessons), "{lessons} lessons");
    assert!((10.5..=14.0).contains(&of("sections")), "{} sections", of("sections"));
}

#[test]
fn about_a_third_has_front_matter_and_each_has_a_title() {
    let documents = documents(300, 1);
    let front = documents.values().filter(|text| text.starts_with("---\n")).count();
    assert!((70..=110).contains(&front), "{front} of 300 have front matter");
    for (path, text) in &documents {
        let titled = text.lines().any(|line| line.starts_with("# ") || line.starts_with("title: "));
        assert!(titled, "`{path}` has no title");
    }
}

#[test]
fn every_link_to_a_document_leads_to_one() {
    let documents = documents(300, 1);
    let mut links = 0;
    for (path, text) in &documents {
        for (at, _) in text.match_indices("](") {
            let target = &text[at + 2..];
            let target = &target[..target.find(')').expect("a link is closed")];
            if !target.ends_with(".md") {
                continue;
            }
            let folder = Path::new(path).parent().and_then(Path::to_str).expect("a folder of a year");
            let full = match target.strip_prefix("../") {
                Some(elsewhere) => elsewhere.to_owned(),
                None => format!("{folder}/{target}"),
            };
            assert!(documents.contains_key(&full), "`{path}` links to `{target}`");
            links += 1;
        }
    }
    assert!(links > 100, "only {links} links");
}
