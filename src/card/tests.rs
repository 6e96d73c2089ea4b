//! Text in, lines out; SVG in, pixels out.

use super::Fitted;
use super::HEIGHT;
use super::Painter;
use super::Room;
use super::WIDTH;
use resvg::tiny_skia::Pixmap;

/// Two signs of Japanese, drawn for these tests.
const SIGNS: &[u8] = include_bytes!("../../tests/cards/signs.ttf");

fn painter() -> Painter {
    Painter::new(&[]).unwrap().expect("with the feature there is a painter")
}

fn painter_with_signs() -> Painter {
    Painter::new(&[("fonts/signs.ttf".to_owned(), SIGNS.to_vec())]).unwrap().unwrap()
}

fn room(width: f64, height: f64, sizes: &[f64]) -> Room {
    Room { width, height, sizes: sizes.to_vec(), leading: 1.25, weight: 600, right_to_left: false }
}

fn texts(fitted: &Fitted) -> Vec<String> {
    let line = |line: &super::Line| line.runs.iter().map(|run| run.text.as_str()).collect::<String>();
    fitted.lines.iter().map(line).collect()
}

fn svg(inside: &str) -> String {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='1200' height='630'>{inside}</svg>"
    )
}

#[test]
fn lines_are_as_wide_as_their_words_really_are() {
    let painter = painter();
    let width = |text: &str| painter.fit(text, &room(5000.0, 50.0, &[40.0])).width;
    assert!(width("WWWWWW") > 3.0 * width("iiiiii"));
    let text = "Expiry dates belong in the monitoring, not in a calendar that nobody opens on a Sunday.";
    let fitted = painter.fit(text, &room(600.0, 400.0, &[60.0, 40.0]));
    assert_eq!(fitted.size, 60.0);
    assert!(fitted.lines.len() > 2 && fitted.lines.iter().all(|line| line.width <= 600.0), "{fitted:?}");
    assert_eq!(texts(&fitted).join(" "), text);
}

#[test]
fn lines_are_even() {
    let fitted = painter()
        .fit("Sending all traffic through one proxy took one command", &room(1000.0, 300.0, &[50.0]));
    let widths: Vec<f64> = fitted.lines.iter().map(|line| line.width).collect();
    assert_eq!(widths.len(), 2);
    assert!((widths[0] - widths[1]).abs() < 250.0, "{widths:?}");
}

#[test]
fn a_smaller_size_comes_before_a_shorter_text() {
    let text = "Half of all payments failed until traffic went the other way";
    let fitted = painter().fit(text, &room(500.0, 110.0, &[60.0, 40.0, 30.0]));
    assert!(!fitted.cut && fitted.size < 60.0, "{fitted:?}");
    let fitted = painter().fit(text, &room(500.0, 60.0, &[60.0, 40.0]));
    assert!(fitted.cut);
    let last = texts(&fitted).pop().unwrap();
    let words = last.strip_suffix('…').unwrap();
    assert!(text.contains(&format!("{words} ")), "cut amid a word: {last}");
    assert!(fitted.lines.iter().all(|line| line.width <= 500.0));
}

#[test]
fn a_text_without_end_is_shortened() {
    let fitted = painter().fit(&"so and so ".repeat(100_000), &room(1000.0, 300.0, &[60.0, 40.0]));
    assert!(fitted.cut && texts(&fitted).last().unwrap().ends_with('…'));
    let fitted = painter().fit(&"x".repeat(100_000), &room(1000.0, 300.0, &[60.0, 40.0]));
    assert!(fitted.cut && fitted.lines.iter().all(|line| line.width <= 1000.0), "{fitted:?}");
}

#[test]
fn a_word_wider_than_the_room_is_broken_with_a_hyphen_and_a_name_without() {
    let long = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz";
    let lines = texts(&painter().fit(long, &room(400.0, 300.0, &[60.0, 40.0])));
    assert!(lines.len() > 1 && lines[0].ends_with('-'), "{lines:?}");
    assert_eq!(lines.concat().replace('-', ""), long);
    let name = "0x8f3a91c4_8f3a91c4_8f3a91c4_8f3a91c4_8f3a91c4_8f3a91c4";
    let lines = texts(&painter().fit(name, &room(400.0, 300.0, &[40.0])));
    assert_eq!(lines.concat(), name);
}

#[test]
fn letters_of_europe_and_signs_of_engineers_can_be_drawn() {
    for text in [
        "Łódź, Praha, Việt Nam",
        "Сертификат истёк",
        "Ἀθῆναι",
        "p99 ≥ 5 s → 503",
        "e\u{301}te\u{301}",
        "10 µs",
    ] {
        assert_eq!(painter().undrawable(text), None, "{text}");
    }
}

#[test]
fn a_picture_is_left_out_and_a_letter_that_no_font_has_is_told() {
    let painter = painter();
    let room = room(1000.0, 300.0, &[40.0]);
    assert_eq!(texts(&painter.fit("🔥 Outage\u{fe0f} 🚨", &room)), ["Outage"]);
    assert_eq!(painter.undrawable("🔥 Outage"), None);
    assert_eq!(painter.undrawable("DB 障害"), Some('障'));
    assert_eq!(texts(&painter.fit("DB 障害", &room)), [""; 0]);
    // A sign that means something is never left out in silence.
    assert_eq!(painter.undrawable("a ⊂ b"), Some('⊂'));
}

#[test]
fn a_font_of_the_site_draws_what_ours_cannot() {
    let painter = painter_with_signs();
    assert_eq!(painter.undrawable("障害"), None);
    let fitted = painter.fit("障害障害障害障害", &room(100.0, 400.0, &[40.0]));
    assert_eq!(texts(&fitted), ["障害", "障害", "障害", "障害"], "no spaces are needed to break a line");
    assert_eq!(fitted.lines[0].runs[0].family, "Signs");
    // Each font draws what it has where none has all of it.
    let runs = &painter.fit("DB 障害", &room(1000.0, 50.0, &[40.0])).lines[0].runs;
    let families: Vec<&str> = runs.iter().map(|run| run.family.as_str()).collect();
    assert_eq!(families, ["Literata", "Signs"]);
}

#[test]
fn a_line_from_right_to_left_is_set_apart() {
    let room = Room { right_to_left: true, ..room(1000.0, 50.0, &[40.0]) };
    let texts_of = |text: &str| texts(&painter().fit(text, &room));
    assert_eq!(texts_of("2 January 2026"), ["2 January 2026"]);
    assert_eq!(painter().undrawable("בדקו"), Some('ב'), "ours has no such letters");
}

#[test]
fn what_is_no_font_is_told() {
    let error = Painter::new(&[("fonts/a.woff2".to_owned(), b"wOF2 and more".to_vec())]).unwrap_err();
    assert_eq!(error, "`fonts/a.woff2` is no upright font in the format TTF or OTF");
}

#[test]
fn a_card_has_its_size_and_the_same_bytes_each_time() {
    let text = svg(
        "<rect width='1200' height='630' fill='#fff'/><text x='80' y='200' font-size='60' font-weight='600'>Restore</text>",
    );
    let first = painter().paint(&text).unwrap();
    assert_eq!(first, painter().paint(&text).unwrap());
    let pixels = Pixmap::decode_png(&first).unwrap();
    assert_eq!((pixels.width(), pixels.height()), (WIDTH, HEIGHT));
    let dark = pixels.pixels().iter().filter(|pixel| pixel.red() < 100).count();
    assert!(dark > 1000, "the word was not drawn: {dark} dark pixels");
    assert!(painter().paint("<p>no picture</p>").is_err());
}

#[test]
fn the_name_of_a_card_tells_whether_it_looks_the_same() {
    let painter = painter();
    assert_eq!(painter.name("<svg/>"), self::painter().name("<svg/>"));
    assert_ne!(painter.name("<svg/>"), painter.name("<svg />"));
    assert_ne!(painter.name("<svg/>"), painter_with_signs().name("<svg/>"), "another font draws otherwise");
}

#[test]
fn a_card_shows_no_file_and_no_picture_from_elsewhere() {
    let plain = painter().paint(&svg("")).unwrap();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/themes/default/assets/favicon.svg");
    assert!(std::path::Path::new(file).exists());
    let green = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>";
    for href in [file, &format!("file://{file}"), "https://example.com/a.png", &green.replace('<', "&lt;")] {
        for inside in [
            format!("<image href=\"{href}\" width='1200' height='630'/>"),
            format!("<image xlink:href=\"{href}\" width='1200' height='630'/>"),
            format!("<use href=\"{href}#a\"/>"),
            format!(
                "<filter id='f'><feImage href=\"{href}\"/></filter><rect width='9' height='9' fill='none' filter='url(#f)'/>"
            ),
        ] {
            assert!(painter().paint(&svg(&inside)).unwrap() == plain, "{inside} was drawn");
        }
    }
    // Nothing outside of the text is taken in by an entity either.
    let entity = "<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><svg xmlns='http://www.w3.org/2000/svg' width='1200' height='630'><text y='99'>&x;</text></svg>";
    assert!(painter().paint(entity).is_err());
}
