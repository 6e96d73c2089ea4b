//! Small documents in, what they say together out.

use crate::config;
use crate::document::Reader;
use crate::knowledge::Knowledge;
use crate::knowledge::connect;
use crate::knowledge::link::Files;
use crate::knowledge::link::Target;
use crate::knowledge::recurrence::Wanted;
use crate::knowledge::terms::TermKind;
use crate::source::SourceFile;
use std::sync::Arc;

/// Connects documents given as path and text; an empty text makes a file that is no document.
fn site(settings: &str, files: &[(&str, &str)]) -> Knowledge {
    let (config, faults) = config::parse(settings);
    assert!(faults.is_empty(), "{faults:?}");
    let reader = Reader::new(&config, "");
    let mut assets = Files::default();
    let mut documents = Vec::new();
    for (path, text) in files {
        if text.is_empty() {
            assets.assets.insert((*path).to_owned());
            continue;
        }
        documents.push(Arc::new(reader.parse(SourceFile {
            path: (*path).to_owned(),
            file: format!("content/{path}"),
            text: (*text).to_owned(),
            size: text.len() as u64,
            git: None,
            findings: Vec::new(),
        })));
    }
    connect(documents, assets, crate::knowledge::Lock::default(), &config, Wanted::Alike)
}

/// Draws the findings between documents, one a line: level, rule, place, message, help.
fn findings(knowledge: &Knowledge) -> String {
    let mut out = String::new();
    for finding in &knowledge.findings {
        let file = finding.place.file.trim_start_matches("content/");
        let help = finding.help.as_deref().map_or(String::new(), |help| format!(" ({help})"));
        out += &format!(
            "{} {} {file}:{}:{} {}{help}\n",
            finding.level.name(),
            finding.rule.name,
            finding.place.line,
            finding.place.column,
            finding.message
        );
    }
    out
}

fn index(knowledge: &Knowledge, path: &str) -> usize {
    knowledge.documents.iter().position(|document| document.path == path).expect("a document of the test")
}

/// Draws what a link in `from` leads to.
fn target(knowledge: &Knowledge, from: &str, link: &str, wiki: bool) -> String {
    match knowledge.targets.resolve(from, link, wiki) {
        Target::Document(other, anchor) => {
            format!(
                "{}{}",
                knowledge.documents[other].path,
                anchor.map_or(String::new(), |anchor| format!("#{anchor}"))
            )
        }
        Target::Anchor(anchor) => format!("here#{anchor}"),
        Target::Asset(path) => format!("file {path}"),
        Target::External(url) => format!("web {url}"),
        Target::Missing => "missing".to_owned(),
        Target::Outside(path) => format!("outside {}", path.unwrap_or_default()),
        Target::Refused => "refused".to_owned(),
    }
}

#[test]
fn links_find_their_documents() {
    let site = site(
        "",
        &[
            ("README.md", "# All of it\n"),
            ("incidents/2021-06-25-disk-full.md", "---\naliases: [/2021/06/disk/]\n---\n# Disk full\n"),
            ("incidents/PM-2021-007-dns.md", "---\nid: dns-2021\n---\n# The day DNS died\n"),
            ("guides/index.md", "# Guides\n\nHow we write, and why we do it in this way and in no other.\n"),
            ("guides/a b.md", "# A and b\n"),
            ("guides/graph.png", ""),
        ],
    );
    let from = "incidents/2021-06-25-disk-full.md";
    for (link, expected) in [
        ("PM-2021-007-dns.md", "incidents/PM-2021-007-dns.md"),
        ("./PM-2021-007-dns.md#impact", "incidents/PM-2021-007-dns.md#impact"),
        ("PM-2021-007-dns", "incidents/PM-2021-007-dns.md"),
        ("PM-2021-007-dns.html", "incidents/PM-2021-007-dns.md"),
        ("PM-2021-007-dns/index.html", "incidents/PM-2021-007-dns.md"),
        ("../incidents/PM-2021-007-dns/", "incidents/PM-2021-007-dns.md"),
        ("/incidents/PM-2021-007-dns.md?plain=1", "incidents/PM-2021-007-dns.md"),
        ("/content/incidents/PM-2021-007-dns.md", "incidents/PM-2021-007-dns.md"),
        ("../guides/", "guides/index.md"),
        ("..", "README.md"),
        ("../guides/a%20b.md", "guides/a b.md"),
        ("../guides/graph.png", "file guides/graph.png"),
        ("/2021/06/disk/index.html", "incidents/2021-06-25-disk-full.md"),
        ("#impact", "here#impact"),
        ("", "here#"),
        ("#a%20b", "here#a b"),
        ("pm-2021-007-DNS.md", "missing"),
        ("nothing.md", "missing"),
        ("../../content/guides/a b.md", "guides/a b.md"),
        ("../../src/main.rs", "outside src/main.rs"),
        ("../../../elsewhere.md", "outside "),
        ("https://example.org/x", "web https://example.org/x"),
        ("//example.org/x", "web https://example.org/x"),
        ("mailto:jo@example.org", "web mailto:jo@example.org"),
        ("jo@example.org", "web mailto:jo@example.org"),
        ("graph@2x.png", "missing"),
        ("java\nscript:alert(1)", "refused"),
        ("data:text/html,x", "refused"),
        ("file:///etc/passwd", "refused"),
    ] {
        assert_eq!(target(&site, from, link, false), expected, "{link}");
    }
    for (link, expected) in [
        ("PM-2021-007", "incidents/PM-2021-007-dns.md"),
        ("PM-2021-007-dns", "incidents/PM-2021-007-dns.md"),
        ("dns-2021", "incidents/PM-2021-007-dns.md"),
        ("the day dns died", "incidents/PM-2021-007-dns.md"),
        ("The Day DNS Died#What we did", "incidents/PM-2021-007-dns.md#what-we-did"),
        ("incidents/PM-2021-007-dns.md", "incidents/PM-2021-007-dns.md"),
        ("a b", "guides/a b.md"),
        ("#What we did", "here#what-we-did"),
        ("PM-2021-008", "missing"),
    ] {
        assert_eq!(target(&site, from, link, true), expected, "[[{link}]]");
    }
}

#[test]
fn a_name_that_two_documents_bear_means_none() {
    let site = site("", &[("a/disk.md", "# Disk one\n"), ("b/disk.md", "# Disk two\n"), ("c.md", "# C\n")]);
    assert_eq!(target(&site, "c.md", "disk", true), "missing");
    assert_eq!(target(&site, "c.md", "a/disk", true), "a/disk.md");
}

#[test]
fn faults_of_links_have_a_place_and_advice() {
    let site = site(
        "",
        &[
            (
                "a.md",
                "# A\n\n## What went well\n\n[one](disk-ful.md) [two](b.md#impcat) [three](#what-went-wel) [four](guides) \
                 [five](ci.example.org)\n\n[six](javascript:alert(1)) ![seven](x.png) ![eight](https://example.org/x.png) [[nine]]\n\n\
                 [again](disk-ful.md) [again](disk-ful.md) [ten](elsewhere.md)\n",
            ),
            (
                "b.md",
                "# B\n\n## Impact\n\nAll. See [A](a.md#what-went-well), [top](#), [line](a.md#L12), <jo@example.org>.\n",
            ),
            ("disk-full.md", "# Disk full\n"),
            ("guides/elsewhere.md", "# E\n\n<a id=\"here\"></a>\n\n[x](#here)\n"),
        ],
    );
    assert_eq!(
        findings(&site),
        "warning broken-link a.md:5:1 `disk-ful.md` leads to nothing that is there, here and elsewhere in this document (did you mean `disk-full.md`?)\n\
         warning broken-anchor a.md:5:20 no heading has the anchor `#impcat` (did you mean `#impact`?)\n\
         warning broken-anchor a.md:5:39 no heading has the anchor `#what-went-wel` (did you mean `#what-went-well`?)\n\
         note broken-link a.md:5:63 `guides` is a folder without a page of its own (link to a document in it, or give it an `index.md`)\n\
         warning broken-link a.md:5:78 `ci.example.org` leads to nothing that is there (an address on the web begins with its scheme: `https://ci.example.org`)\n\
         warning refused-link a.md:7:1 `javascript:alert(1)` is not followed (links may begin with `https`, `http`, `mailto` and `tel`)\n\
         warning missing-image a.md:7:28 image `x.png` is not there\n\
         note foreign-image a.md:7:44 image `https://example.org/x.png` is shown as a link (put the image beside the document, or add its host to `image_hosts`)\n\
         note broken-link a.md:7:80 no document is called `nine`\n\
         warning broken-link a.md:9:43 `elsewhere.md` leads to nothing that is there (did you mean `guides/elsewhere.md`?)\n"
    );
}

#[test]
fn an_allowed_host_and_a_set_aside_document_cause_no_findings() {
    let quiet = site(
        "image_hosts = ['img.example.org']\n",
        &[("a.md", "# A\n\n![x](https://img.example.org/x.png)\n")],
    );
    assert_eq!(findings(&quiet), "");
    let aside = site("", &[("README.md", "# R\n\n[x](nothing.md)\n")]);
    assert_eq!(findings(&aside), "");
}

#[test]
fn words_are_let_go_once_documents_were_compared() {
    let knowledge =
        site("", &[("a.md", "# A\n\nThe queue was full.\n"), ("b.md", "# B\n\nThe disk was full.\n")]);
    assert!(knowledge.documents.iter().all(|document| document.terms.is_empty()));
}

#[test]
fn documents_know_who_links_to_them() {
    let site = site(
        "",
        &[
            ("a.md", "# A\n\n[b](b.md), [b again](b.md#x), [[b]]\n\n## X\n"),
            ("b.md", "# B\n\n## X\n\n[itself](b.md)\n"),
            ("c.md", "# C\n\n[b](b.md)\n"),
        ],
    );
    let linking: Vec<&str> = site.backlinks[index(&site, "b.md")]
        .iter()
        .map(|&other| site.documents[other].path.as_str())
        .collect();
    assert_eq!(linking, ["a.md", "c.md"]);
    assert!(site.backlinks[index(&site, "a.md")].is_empty());
}

const RECORD: &str = "---\nid: INC-7\nkind: incident\ndate: 2021-06-25\nseverity: SEV2\nservices: [checkout]\n\
                      started: 2021-06-25T14:00:00Z\nresolved: 2021-06-25T15:30:00Z\n---\n# Checkout down\n";

#[test]
fn a_postmortem_inherits_what_it_lacks() {
    for name in ["INC-7", "inc-7", "records/checkout", "records/checkout.md", "checkout"] {
        let analysis = format!(
            "---\nincident: {name}\nseverity: SEV1\n---\n# Why checkout was down\n\nSince 2019-01-01 it had been slow.\n"
        );
        let site = site("", &[("records/checkout.md", RECORD), ("why.md", &analysis)]);
        let document = &site.documents[index(&site, "why.md")];
        let date = document.date.as_ref().map(|found| (found.value.iso(), found.origin.describe()));
        assert_eq!(
            date,
            Some(("2021-06-25".to_owned(), "incident records/checkout.md".to_owned())),
            "{name}"
        );
        assert_eq!(
            document.severity.as_ref().map(|found| found.value.label.as_str()),
            Some("SEV1"),
            "its own wins"
        );
        assert_eq!(document.services[0].value, "checkout");
        assert_eq!(
            document.resolved.as_ref().map(|found| found.value.iso()).as_deref(),
            Some("2021-06-25T15:30:00Z")
        );
        assert_eq!(site.incident[index(&site, "why.md")], Some(index(&site, "records/checkout.md")));
        assert_eq!(site.postmortems[index(&site, "records/checkout.md")], [index(&site, "why.md")]);
        assert_eq!(site.incidents().count(), 1, "the two are one incident");
        assert_eq!(findings(&site), "");
    }
}

#[test]
fn an_incident_that_nobody_recorded() {
    let site = site("", &[("a.md", RECORD), ("why.md", "---\nincident: INC-8\n---\n# Why\n")]);
    assert_eq!(
        findings(&site),
        "warning unknown-incident why.md:2:11 no document has the id or path `INC-8` (did you mean `inc-7`?)\n"
    );
}

#[test]
fn a_ring_of_postmortems_has_no_record() {
    let one = |other: &str| format!("---\nincident: {other}\n---\n# A postmortem\n\n## Impact\n\nAll.\n");
    let (a, b, c, own) = (one("b"), one("c"), one("a"), one("d"));
    let site = site("", &[("a.md", &a), ("b.md", &b), ("c.md", &c), ("d.md", &own)]);
    // Followed from anywhere, the way to the record ends.
    for start in 0..site.documents.len() {
        let mut at = start;
        for _ in 0..=site.documents.len() {
            at = match site.incident[at] {
                Some(next) => next,
                None => break,
            };
        }
        assert_eq!(site.incident[at], None);
        for &postmortem in &site.postmortems[start] {
            assert_eq!(site.incident[postmortem], Some(start));
        }
    }
    assert!(site.incidents().count() >= 1, "a ring does not fall out of the lists");
}

#[test]
fn an_id_belongs_to_one_document() {
    let site = site(
        "",
        &[
            ("a.md", "---\nid: dns\n---\n# A\n"),
            ("b.md", "---\ntitle: B\nid: dns\n---\n"),
            ("c.md", "---\nid: DNS\n---\n# C\n"),
        ],
    );
    assert_eq!(
        findings(&site),
        "warning duplicate-id b.md:3:5 `dns` is the id of `content/a.md` too (give each document an id of its own)\n\
         warning duplicate-id c.md:2:5 `DNS` is the id of `content/a.md` too (give each document an id of its own)\n"
    );
    assert_eq!(site.documents[index(&site, "a.md")].id.value, "dns");
    assert_eq!(site.documents[index(&site, "b.md")].id.value, "b.md");
}

#[test]
fn services_are_one_however_they_are_spelled() {
    let settings = "[services.Checkout]\naliases = ['checkout-api', 'Kasse']\n[services.Search]\n";
    let site = site(
        settings,
        &[
            (
                "a.md",
                "---\nservices: [checkout, billing]\ntags: [DNS]\nauthors: Jo\nteams: [Payments]\nfactors: [expired certificate]\n---\n# A\n",
            ),
            ("b.md", "---\nservices: [CHECKOUT-API, Kasse]\ntags: [dns]\n---\n# B\n"),
            ("README.md", "---\nservices: [hidden]\n---\n# R\n"),
        ],
    );
    let draw = |kind: TermKind| -> Vec<String> {
        site.terms_of(kind)
            .map(|term| {
                let paths: Vec<&str> =
                    term.documents.iter().map(|&at| site.documents[at].path.as_str()).collect();
                format!("{} {}", term.name, paths.join(" "))
            })
            .collect()
    };
    assert_eq!(draw(TermKind::Service), ["billing a.md", "Checkout a.md b.md", "Search "]);
    assert_eq!(draw(TermKind::Tag), ["DNS a.md b.md"]);
    assert_eq!(draw(TermKind::Author), ["Jo a.md"]);
    assert_eq!(draw(TermKind::Team), ["Payments a.md"]);
    assert_eq!(draw(TermKind::Factor), ["expired certificate a.md"]);
}

/// A text of its own for each seed, of words that no other text has.
fn words(seed: &str, count: usize) -> String {
    (0..count)
        .map(|at| format!("{seed}{}", "abcdefghij".chars().nth(at % 10).unwrap()) + &"x".repeat(at / 10))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn a_near_copy_is_noted_on_the_later_document() {
    let text = words("queue", 60);
    let copy = format!("# Queue lost again\n\n{text} and a few more words\n");
    let first = format!("---\ndate: 2021-06-25\n---\n# Queue lost\n\n{text}\n");
    let site = site(
        "",
        &[("b.md", &first), ("a.md", &copy), ("c.md", &format!("# Other\n\n{}\n", words("disk", 60)))],
    );
    assert_eq!(
        findings(&site),
        "note near-copy a.md:1:1 says nearly the same as `b.md` (if one is meant to go, leave its address behind with `aliases`)\n"
    );
    assert_eq!(site.copies[index(&site, "a.md")], [index(&site, "b.md")]);
    assert!(site.copies[index(&site, "c.md")].is_empty());
}

#[test]
fn short_documents_are_no_copies_and_records_none_of_their_analysis() {
    let short = site("", &[("a.md", "# A\n\nIt broke.\n"), ("b.md", "# A\n\nIt broke.\n")]);
    assert_eq!(findings(&short), "");
    let text = words("queue", 60);
    let record = format!("---\nid: INC-1\n---\n# A\n\n{text}\n");
    let analysis = format!("---\nincident: INC-1\n---\n# A\n\n{text}\n");
    let joined = site("", &[("a.md", &record), ("b.md", &analysis)]);
    assert_eq!(findings(&joined), "");
}

#[test]
fn related_documents_say_why() {
    let shared = words("certificate", 12);
    let one =
        |own: &str| format!("---\nservices: [checkout]\n---\n# On {own}\n\n{shared} {}\n", words(own, 20));
    let (a, b) = (one("alpha"), one("beta"));
    let site =
        site("", &[("a.md", &a), ("b.md", &b), ("c.md", "# Other\n\nNothing that stands elsewhere.\n")]);
    let related = site.related(index(&site, "a.md"));
    assert_eq!(related.len(), 1);
    assert_eq!(related[0].document, index(&site, "b.md"));
    assert_eq!(related[0].reasons[0], "same service: checkout");
    assert!(related[0].reasons[1].starts_with("both speak of certificate"), "{:?}", related[0].reasons);
    assert!(related[0].score > 0.16 && related[0].score <= 1.0);
    assert!(site.related(index(&site, "c.md")).is_empty());
}

#[test]
fn newest_first_and_undated_last() {
    let site = site(
        "",
        &[
            ("a.md", "# A\n"),
            ("2021-01-01-b.md", "# B\n"),
            ("c.md", "---\ndate: 2022-01-01T09:00:00+02:00\n---\n# C\n"),
            ("d.md", "---\ndate: 2022-01-01T08:00:00Z\n---\n# D\n"),
            ("README.md", "# R\n"),
        ],
    );
    let paths: Vec<&str> = site.documents.iter().map(|document| document.path.as_str()).collect();
    assert_eq!(paths, ["d.md", "c.md", "2021-01-01-b.md", "README.md", "a.md"]);
    assert_eq!(site.listed().count(), 4);
}
