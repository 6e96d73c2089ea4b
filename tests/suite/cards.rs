//! Pictures for link previews, by a program that can draw them.

use crate::site::Site;
use std::fs;

const SETTINGS: &str = "base_url = \"https://kb.example/outages\"\ncards = true\n";

const INCIDENT: &str = "---\nkind: incident\nseverity: SEV-1\ndate: 2026-03-02\nservices: [checkout]\n---\n# Half of \"all\" & more failed\n\n## Lessons\n\n- Expiry dates belong in the monitoring.\n";

fn harbour() -> Site {
    let site = Site::new(&[("afterword.toml", SETTINGS), ("content/pay.md", INCIDENT)]);
    site.write("content/guide.md", "---\nkind: page\n---\n# How to read this\n\nWords.\n");
    site.run(["lock", "."]).code(0);
    site
}

/// Returns the paths of all cards.
fn cards(site: &Site) -> Vec<String> {
    let files = site.files("dist");
    files.into_keys().filter(|path| path.contains("card-") && path.ends_with(".png")).collect()
}

#[test]
fn a_card_is_named_by_its_page_with_its_address_and_its_words() {
    let site = harbour();
    site.build(&[]).code(0);
    let cards = cards(&site);
    assert_eq!(cards.len(), 2, "one of the incident and one of the lesson: {cards:?}");
    let page = site.read("dist/pay/index.html");
    let card = cards.iter().find(|path| path.starts_with("pay/")).expect("the incident has a card");
    for tag in [
        format!("<meta property=\"og:image\" content=\"https://kb.example/outages/{card}\">"),
        "<meta property=\"og:image:width\" content=\"1200\">".to_owned(),
        "<meta property=\"og:image:height\" content=\"630\">".to_owned(),
        "<meta name=\"twitter:card\" content=\"summary_large_image\">".to_owned(),
    ] {
        assert!(page.contains(&tag), "{tag}\n{page}");
    }
    assert!(page.contains(
        "og:image:alt\" content=\"Half of &quot;all&quot; &amp; more failed · SEV-1 · 2 March 2026\""
    ));
    for page in ["dist/index.html", "dist/guide/index.html", "dist/lessons/index.html"] {
        assert!(!site.read(page).contains("og:image"), "{page}");
    }
}

#[test]
fn a_card_is_drawn_again_only_where_it_looks_otherwise() {
    let site = harbour();
    site.build(&[]).code(0);
    let before = cards(&site);
    // Whoever draws again makes other bytes of this: an old card is taken as it is, with its old name.
    let lesson = before.iter().find(|path| path.starts_with("lessons/")).expect("the lesson has a card");
    let time = |path: &str| fs::metadata(site.path(&format!("dist/{path}"))).unwrap().modified().unwrap();
    let drawn = time(lesson);
    site.write("content/pay.md", INCIDENT.replace("## Lessons", "Traffic went the other way.\n\n## Lessons"));
    site.build(&[]).code(0);
    assert_eq!(cards(&site), before);
    assert_eq!(time(lesson), drawn);
    site.write("content/pay.md", INCIDENT.replace("SEV-1", "SEV-2"));
    site.build(&[]).code(0);
    assert!(cards(&site).iter().all(|path| !before.contains(path)), "both name the severity");
    // A file that somebody edited is no card of ours.
    let card = cards(&site).remove(0);
    let bytes = fs::read(site.path(&format!("dist/{card}"))).unwrap();
    site.write(&format!("dist/{card}"), "scribbled over");
    site.build(&[]).code(0);
    assert!(fs::read(site.path(&format!("dist/{card}"))).unwrap() == bytes);
}

#[test]
fn without_an_address_or_a_font_there_is_no_card_and_the_build_says_so() {
    let site = harbour();
    site.write("afterword.toml", "cards = true\n");
    site.build(&[]).code(0).says("without it there are no cards either");
    assert_eq!(cards(&site), [""; 0]);
    site.write("afterword.toml", SETTINGS);
    site.write("content/pay.md", "---\nkind: incident\n---\n# 障害\n");
    site.build(&[]).code(0).says("1 page without a card, since no font has 障 (U+969C)");
    assert!(!site.read("dist/pay/index.html").contains("og:image"));
    // The signs of the tests are a font that has these letters.
    site.write("afterword.toml", format!("{SETTINGS}card_fonts = [\"fonts/signs.ttf\"]\n"));
    site.write("fonts/signs.ttf", include_bytes!("../cards/signs.ttf"));
    site.build(&[]).code(0).does_not_say("without a card");
    assert_eq!(cards(&site).len(), 1);
    site.write("fonts/signs.ttf", "no font");
    site.build(&[]).code(2).says("`fonts/signs.ttf` is no upright font");
}

#[test]
fn a_site_draws_its_cards_by_a_template_of_its_own() {
    let site = harbour();
    site.build(&[]).code(0);
    let before = cards(&site);
    site.run(["theme", "eject", "card.svg", "--to", "looks", "--root", "."]).code(0);
    site.write("afterword.toml", format!("{SETTINGS}theme = \"looks\"\n"));
    site.build(&[]).code(0);
    assert_eq!(cards(&site), before, "the same template makes the same cards");
    let template = site.read("looks/card.svg").replace("#fcfbf8", "#ffffff");
    site.write("looks/card.svg", template);
    site.build(&[]).code(0);
    assert_ne!(cards(&site), before);
    site.write("looks/card.svg", "<svg>{{ card.text }");
    site.build(&[]).code(1).says("error[broken-theme]").says("looks/card.svg:1:");
}
