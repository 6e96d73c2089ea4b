//! The words of the interface, in one language.
//!
//! Comes in: a file of a language, `languages/<tag>.toml` of a theme, and templates with the names of phrases in them. Goes
//! out: templates that say the words themselves, and words for what the program says. A phrase takes its place when a theme
//! is loaded, so that no page pays for it. Never makes up a word: what a language lacks is said in English.

use crate::document::Origin;
use crate::document::moment::Moment;
use crate::document::moment::Precision;
use chrono::Datelike;
use chrono::NaiveDate;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::fmt::Write;

/// The folder of a theme that holds its languages.
pub const FOLDER: &str = "languages/";

/// Between the forms that a phrase takes with different numbers.
const FORMS: &str = " | ";

/// The words of one language.
#[derive(Clone, Debug)]
pub struct Phrases {
    /// The language as a BCP 47 tag.
    pub lang: String,
    /// `ltr` or `rtl`.
    pub dir: String,
    plural: Plural,
    months: Vec<String>,
    date: Vec<Piece>,
    month: Vec<Piece>,
    texts: BTreeMap<String, String>,
    /// What scripts say, by its English words.
    pub script: BTreeMap<String, String>,
}

/// A name between `[[` and `]]` that is no phrase.
#[derive(Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The name.
    pub name: String,
    /// Where it stands in the template, in bytes.
    pub at: usize,
}

/// A file of a language, as it is written. One that only changes phrases of a language that is there leaves out what the
/// language is like.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    language: Option<Language>,
    #[serde(default)]
    phrases: BTreeMap<String, String>,
    #[serde(default)]
    script: BTreeMap<String, String>,
}

/// What a language is like.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Language {
    lang: String,
    #[serde(default = "ltr")]
    dir: String,
    plural: Plural,
    months: Vec<String>,
    date: String,
    month: String,
}

fn ltr() -> String {
    "ltr".to_owned()
}

/// Which numbers take which form, in the order of the forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Plural {
    /// One form for all numbers, as in Japanese.
    Never,
    /// One, and others, as in English and German.
    One,
    /// Nought and one, and others, as in French.
    ZeroOrOne,
    /// One, few and many, as in Polish.
    Polish,
    /// As 1 and 21, as 2 to 4 and 22 to 24, and others, as in Russian and Ukrainian.
    EastSlavic,
}

/// A piece of how a date is written.
#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Day,
    Month,
    Year,
}

impl Phrases {
    /// Returns a language of the default theme by its tag; English, where there is none of that name.
    pub fn built_in(lang: &str) -> Phrases {
        let text = |lang: &str| {
            let file = super::DEFAULT.get_file(format!("{FOLDER}{lang}.toml"))?;
            file.contents_utf8()
        };
        let parse = |lang: &str, base: Option<&Phrases>| {
            text(lang)
                .map(|text| Phrases::parse(text, base).expect("languages of the default theme are whole"))
        };
        let english = parse("en", None).expect("the default theme speaks English");
        candidates(lang).iter().find_map(|lang| parse(lang, Some(&english))).unwrap_or(english)
    }

    /// Reads a file of a language; what it lacks is taken from `base`.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the file, and where, in bytes.
    pub fn parse(text: &str, base: Option<&Phrases>) -> Result<Phrases, (String, Option<usize>)> {
        let file: File = toml::from_str(text).map_err(|error| {
            let at = error.span().map(|span| span.start.min(text.len()));
            (error.message().to_owned(), at)
        })?;
        if let Some(language) = &file.language
            && language.months.len() != 12
        {
            return Err((format!("{} months are named instead of 12", language.months.len()), None));
        }
        for (name, phrase) in &file.phrases {
            if ["{{", "{%", "{#", "\"", "\\"].iter().any(|part| phrase.contains(part)) {
                let message =
                    format!("the phrase `{name}` holds a straight quote, a backslash or a tag of a template");
                return Err((message, text.find(name.as_str())));
            }
        }
        let mut texts = base.map_or_else(BTreeMap::new, |base| base.texts.clone());
        texts.extend(file.phrases);
        match (file.language, base) {
            (Some(language), _) => Ok(Phrases {
                lang: language.lang,
                dir: language.dir,
                plural: language.plural,
                months: language.months,
                date: pieces(&language.date),
                month: pieces(&language.month),
                texts,
                script: file.script,
            }),
            (None, Some(base)) => {
                let mut script = base.script.clone();
                script.extend(file.script);
                Ok(Phrases { texts, script, ..base.clone() })
            }
            (None, None) => Err(("`[language]` is missing".to_owned(), None)),
        }
    }

    /// Returns the same words, and those of another language that it lacks.
    pub fn over(mut self, other: &Phrases) -> Phrases {
        for (name, text) in &other.texts {
            self.texts.entry(name.clone()).or_insert_with(|| text.clone());
        }
        self
    }

    /// Returns the names of all phrases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// Returns a phrase that takes no number; its name, where there is none.
    pub fn say<'a>(&'a self, name: &'a str) -> &'a str {
        self.texts.get(name).map_or(name, String::as_str)
    }

    /// Returns a phrase in the form that `n` asks for, with its number in place.
    pub fn count(&self, name: &str, n: usize) -> String {
        self.form(name, n).replace("{n}", &n.to_string())
    }

    /// Returns a phrase with what belongs into it.
    pub fn with(&self, name: &str, values: &[(&str, &dyn Display)]) -> String {
        filled(self.say(name), values)
    }

    /// Returns a phrase in the form that `n` asks for, with what belongs into it.
    pub fn count_with(&self, name: &str, n: usize, values: &[(&str, &dyn Display)]) -> String {
        filled(&self.count(name, n), values)
    }

    /// Returns the date as people write it, as exact as it is known.
    pub fn date(&self, moment: &Moment) -> String {
        let pieces = match moment.precision {
            Precision::Year => return moment.year().to_string(),
            Precision::Month => &self.month,
            _ => &self.date,
        };
        let date = moment.date();
        let mut out = String::with_capacity(20);
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Day => {
                    let _ = write!(out, "{}", date.day());
                }
                Piece::Month => out.push_str(&self.months[date.month0() as usize]),
                Piece::Year => {
                    let _ = write!(out, "{}", date.year());
                }
            }
        }
        out
    }

    /// Returns the first letters of a month.
    pub fn short_month(&self, month0: u32) -> &str {
        const NAMES: [&str; 12] = [
            "month_jan",
            "month_feb",
            "month_mar",
            "month_apr",
            "month_may",
            "month_jun",
            "month_jul",
            "month_aug",
            "month_sep",
            "month_oct",
            "month_nov",
            "month_dec",
        ];
        self.say(NAMES[month0 as usize % 12])
    }

    /// Returns a day without its year, in few letters.
    pub fn short_day(&self, day: NaiveDate) -> String {
        self.with("short_day", &[("day", &day.day()), ("month", &self.short_month(day.month0()))])
    }

    /// Returns the month of a day, with its year.
    pub fn month_of(&self, day: NaiveDate) -> String {
        self.date(&Moment { precision: Precision::Month, ..Moment::day(day) })
    }

    /// Returns where a value was read.
    pub fn source(&self, origin: &Origin) -> String {
        match origin {
            Origin::FrontMatter(_) => self.say("source_front_matter").to_owned(),
            Origin::Path => self.say("source_path").to_owned(),
            Origin::Heading => self.say("source_heading").to_owned(),
            Origin::Label(label) => self.with("source_label", &[("label", label)]),
            Origin::Table(label) => self.with("source_table", &[("label", label)]),
            Origin::Timeline => self.say("source_timeline").to_owned(),
            Origin::Prose => self.say("source_prose").to_owned(),
            Origin::Git => self.say("source_git").to_owned(),
            Origin::Incident(path) => self.with("source_incident", &[("path", path)]),
        }
    }

    /// Returns a length of time as people say it.
    pub fn length(&self, minutes: i64) -> String {
        let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
        let count = |name: &str, n: i64| self.count(name, usize::try_from(n).unwrap_or_default());
        match (days, hours, rest) {
            (0, 0, rest) => count("length_minutes", rest),
            (0, hours, 0) => count("length_hours", hours),
            (0, hours, rest) => format!("{} {}", count("length_hours", hours), count("length_minutes", rest)),
            (days, hours, _) if hours > 0 && days < 14 => {
                format!("{} {}", count("length_days", days), count("length_hours", hours))
            }
            (days, ..) => count("length_days", days),
        }
    }

    /// Returns a template in which phrases stand in the place of their names.
    ///
    /// `[[name]]` is a phrase, `[[name n=row.lessons; title=row.title]]` one with values: expressions of the template, which
    /// stand in the phrase as `{n}` and `{title}`. Where a phrase has several forms, `n` decides.
    ///
    /// # Errors
    ///
    /// Fails at the first name that is no phrase.
    pub fn fill<'a>(&self, template: &'a str) -> Result<Cow<'a, str>, Unknown> {
        let mut out = String::new();
        let mut done = 0;
        while let Some(start) = template[done..].find("[[").map(|at| done + at) {
            let inside = &template[start + 2..];
            let length = inside
                .bytes()
                .take_while(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'_')
                .count();
            let (name, rest) = inside.split_at(length);
            let end = rest
                .find("]]")
                .filter(|&end| end == 0 || rest.starts_with(' ') && !rest[..end].contains('\n'));
            let Some(end) = end.filter(|_| name.starts_with(|c: char| c.is_ascii_lowercase())) else {
                out.push_str(&template[done..start + 2]);
                done = start + 2;
                continue;
            };
            out.push_str(&template[done..start]);
            done = start + 2 + length + end + 2;
            match (name, self.texts.get(name)) {
                ("lang", _) => out.push_str(&self.lang),
                ("dir", _) => out.push_str(&self.dir),
                (_, Some(phrase)) => self.place(phrase, &rest[..end], &mut out),
                (_, None) => return Err(Unknown { name: name.to_owned(), at: start }),
            }
        }
        if done == 0 {
            return Ok(Cow::Borrowed(template));
        }
        out.push_str(&template[done..]);
        Ok(Cow::Owned(out))
    }

    /// Writes a phrase into a template.
    fn place(&self, phrase: &str, arguments: &str, out: &mut String) {
        let arguments: Vec<(&str, &str)> =
            arguments.split("; ").filter_map(|argument| argument.trim().split_once('=')).collect();
        let write = |form: &str, out: &mut String| {
            let mut text = form.to_owned();
            for (name, expression) in &arguments {
                text = text.replace(&format!("{{{name}}}"), &format!("{{{{ {expression} }}}}"));
            }
            out.push_str(&text);
        };
        let forms: Vec<&str> = phrase.split(FORMS).collect();
        let number = arguments.iter().find(|(name, _)| *name == "n").map(|(_, expression)| *expression);
        let Some(number) = number.filter(|_| forms.len() > 1 && self.plural != Plural::Never) else {
            write(forms[0], out);
            return;
        };
        for (index, form) in forms.iter().enumerate() {
            match self.plural.condition(index).filter(|_| index + 1 < forms.len()) {
                Some(condition) => {
                    let condition = condition.replace('#', &format!("({number})"));
                    out.push_str(&format!("{{% {} {condition} %}}", if index == 0 { "if" } else { "elif" }));
                    write(form, out);
                }
                None => {
                    out.push_str("{% else %}");
                    write(form, out);
                    break;
                }
            }
        }
        out.push_str("{% endif %}");
    }

    /// Returns the form of a phrase that a number asks for.
    fn form(&self, name: &str, n: usize) -> &str {
        let Some(phrase) = self.texts.get(name) else { return "" };
        let last = phrase.split(FORMS).count() - 1;
        phrase.split(FORMS).nth(self.plural.form(n).min(last)).unwrap_or(phrase)
    }
}

impl Plural {
    /// Returns which form a number takes.
    fn form(self, n: usize) -> usize {
        let few = (2..=4).contains(&(n % 10)) && !(12..=14).contains(&(n % 100));
        match self {
            Plural::Never => 0,
            Plural::One => usize::from(n != 1),
            Plural::ZeroOrOne => usize::from(n > 1),
            Plural::Polish if n == 1 => 0,
            Plural::EastSlavic if n % 10 == 1 && n % 100 != 11 => 0,
            Plural::Polish | Plural::EastSlavic => {
                if few {
                    1
                } else {
                    2
                }
            }
        }
    }

    /// Returns when a number, `#`, takes a form; `None` for what is left.
    fn condition(self, form: usize) -> Option<&'static str> {
        match (self, form) {
            (Plural::One | Plural::Polish, 0) => Some("# == 1"),
            (Plural::ZeroOrOne, 0) => Some("# < 2"),
            (Plural::EastSlavic, 0) => Some("# % 10 == 1 and # % 100 != 11"),
            (Plural::Polish | Plural::EastSlavic, 1) => {
                Some("# % 10 >= 2 and # % 10 <= 4 and (# % 100 < 12 or # % 100 > 14)")
            }
            _ => None,
        }
    }
}

/// Returns the names of files that may hold a language: its whole tag, then its first part.
pub fn candidates(lang: &str) -> Vec<String> {
    let whole = lang.to_ascii_lowercase().replace('_', "-");
    let first = whole.split('-').next().unwrap_or_default().to_owned();
    let plain =
        |name: &String| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let mut names = vec![whole];
    if names[0] != first {
        names.push(first);
    }
    names.into_iter().filter(plain).collect()
}

/// Returns whether a language is written from right to left.
pub fn is_right_to_left(lang: &str) -> bool {
    let mut parts = lang.split(['-', '_']);
    let first = parts.next().unwrap_or_default().to_ascii_lowercase();
    let script = parts.next().filter(|part| part.len() == 4).map(str::to_ascii_lowercase);
    match script.as_deref() {
        Some("arab" | "hebr" | "syrc" | "thaa" | "nkoo" | "adlm") => true,
        Some(_) => false,
        None => matches!(
            first.as_str(),
            "ar" | "he" | "iw" | "fa" | "ur" | "ps" | "yi" | "dv" | "ckb" | "sd" | "ug" | "syr" | "arc"
        ),
    }
}

fn filled(text: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    // One walk, so that a value with braces of its own stays as it is.
    while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let value = rest.find('}').and_then(|end| {
            let (_, value) = values.iter().find(|(name, _)| *name == &rest[1..end])?;
            Some((end, value))
        });
        match value {
            Some((end, value)) => {
                out.push_str(&value.to_string());
                rest = &rest[end + 1..];
            }
            None => {
                out.push('{');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn pieces(pattern: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some(start) = rest.find('{') {
        if start > 0 {
            pieces.push(Piece::Text(rest[..start].to_owned()));
        }
        rest = &rest[start..];
        let end = rest.find('}').map_or(rest.len(), |end| end + 1);
        pieces.push(match &rest[..end] {
            "{day}" => Piece::Day,
            "{month}" => Piece::Month,
            "{year}" => Piece::Year,
            other => Piece::Text(other.to_owned()),
        });
        rest = &rest[end..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(plural: &str) -> Phrases {
        let months = "months = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', 'XII']";
        let text = format!(
            "[language]\nlang = 'xx'\nplural = '{plural}'\n{months}\ndate = '{{day}}. {{month}} {{year}}'\n\
             month = '{{month}} {{year}}'\n[phrases]\nhome = 'Hame'\ncats = '{{n}} cat | {{n}} cats | {{n}} kitties'\n\
             of = '{{title}} of <b>{{n}}</b>'\n"
        );
        Phrases::parse(&text, None).unwrap()
    }

    #[test]
    fn a_phrase_stands_in_the_place_of_its_name() {
        let one = phrases("one");
        let check = |template: &str, expected: &str| assert_eq!(one.fill(template).unwrap(), expected);
        check("<p lang=\"[[lang]]\">[[home]]</p>", "<p lang=\"xx\">Hame</p>");
        check("[[of n=a | length; title=b.title]]!", "{{ b.title }} of <b>{{ a | length }}</b>!");
        check(
            "[[cats n=a | length]]",
            "{% if (a | length) == 1 %}{{ a | length }} cat{% else %}{{ a | length }} cats{% endif %}",
        );
        check(
            "[[Not one]] [[ nor this ]] {% set x = [[1]] %}",
            "[[Not one]] [[ nor this ]] {% set x = [[1]] %}",
        );
        assert_eq!(one.fill("é [[away]]"), Err(Unknown { name: "away".to_owned(), at: 3 }));
    }

    /// What the program says and what templates say must be the same form.
    #[test]
    fn numbers_take_the_forms_of_their_language() {
        for (plural, numbers) in [
            ("never", [0, 0, 0, 0, 0, 0, 0]),
            ("one", [1, 0, 1, 1, 1, 1, 1]),
            ("zero-or-one", [0, 0, 1, 1, 1, 1, 1]),
            ("polish", [2, 0, 1, 2, 2, 2, 1]),
            ("east-slavic", [2, 0, 1, 2, 2, 0, 1]),
        ] {
            let phrases = phrases(plural);
            let mut tera = tera::Tera::new();
            tera.add_raw_template("t", &phrases.fill("[[cats n=n]]").unwrap()).unwrap();
            let form = |text: &str| {
                ["cat", "cats", "kitties"].iter().position(|cat| text.ends_with(&format!(" {cat}")))
            };
            for (n, expected) in [0, 1, 2, 5, 12, 21, 24].into_iter().zip(numbers) {
                let mut context = tera::Context::new();
                context.insert("n", &n);
                let said = phrases.count("cats", n);
                assert_eq!(form(&said), Some(expected), "{plural}: {said}");
                assert_eq!(tera.render("t", &context).unwrap(), said, "{plural}");
            }
        }
    }

    #[test]
    fn dates_stand_as_people_write_them() {
        let phrases = phrases("one");
        let day = Moment::day(NaiveDate::from_ymd_opt(2021, 12, 2).unwrap());
        assert_eq!(phrases.date(&day), "2. XII 2021");
        assert_eq!(phrases.date(&Moment { precision: Precision::Month, ..day }), "XII 2021");
        assert_eq!(phrases.date(&Moment { precision: Precision::Year, ..day }), "2021");
    }

    #[test]
    fn a_value_with_braces_stays_as_it_is() {
        assert_eq!(filled("{a} and {b}, {c}", &[("a", &"{b}"), ("b", &1)]), "{b} and 1, {c}");
    }

    #[test]
    fn some_languages_run_from_right_to_left() {
        for (lang, expected) in
            [("ar", true), ("he-IL", true), ("az-Arab", true), ("ar-Latn", false), ("de", false)]
        {
            assert_eq!(is_right_to_left(lang), expected, "{lang}");
        }
    }

    /// Returns the templates of the default theme that people read.
    fn pages() -> Vec<(&'static str, &'static str)> {
        crate::theme::DEFAULT
            .files()
            .filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)))
            .filter(|(path, _)| path.ends_with(".html"))
            .collect()
    }

    /// Takes out what stands between two marks.
    fn without(text: &str, open: &str, close: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(open) {
            out.push_str(before);
            rest = after.split_once(close).expect(open).1;
        }
        out + rest
    }

    #[test]
    fn templates_hold_no_words_of_their_own() {
        for (path, text) in pages() {
            let mut text = text.to_owned();
            for (open, close) in [("{#", "#}"), ("<pre>", "</pre>"), ("{%", "%}"), ("{{", "}}"), ("[[", "]]")]
            {
                text = without(&text, open, close);
            }
            for attribute in ["aria-label=\"", "title=\"", "placeholder=\"", "alt=\"", "data-said=\""] {
                for value in text.split(attribute).skip(1) {
                    let value = value.split('"').next().unwrap_or_default();
                    assert!(!value.contains(char::is_alphabetic), "{path}: {attribute}{value}");
                }
            }
            let words = without(&text, "<", ">");
            let bare: Vec<&str> =
                words.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).collect();
            assert!(bare.is_empty(), "{path}: {bare:?}");
        }
        for (path, text) in pages() {
            for argument in ["label=\"", "caption=\"", "value=\"", "name=\""] {
                for value in text.split(argument).skip(1) {
                    let first = value.chars().next().unwrap_or_default();
                    assert!(!first.is_uppercase(), "{path}: {argument}{}", &value[..20.min(value.len())]);
                }
            }
        }
    }

    #[test]
    fn german_says_all_that_english_says() {
        let (english, german) = (Phrases::built_in("en"), Phrases::built_in("de-AT"));
        assert_eq!(german.lang, "de");
        let file = crate::theme::DEFAULT.get_file("languages/de.toml").unwrap().contents_utf8().unwrap();
        let own: File = toml::from_str(file).unwrap();
        let names: Vec<&str> = own.phrases.keys().map(String::as_str).collect();
        assert_eq!(names, english.names().collect::<Vec<_>>());
        let places = |text: &str| {
            let names = text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()));
            names.collect::<std::collections::BTreeSet<_>>()
        };
        for name in english.names() {
            let (one, other) = (english.say(name), german.say(name));
            assert_eq!(places(one), places(other), "{name}");
            // Where German has forms, English has as many; where it needs none, one does.
            let forms = (one.split(FORMS).count(), other.split(FORMS).count());
            assert!(forms.0 == forms.1 || forms.1 == 1, "{name}: {forms:?}");
            assert_eq!(one.contains('<'), other.contains('<'), "{name}: markup in one language alone");
        }
        assert_eq!(german.count("lessons_count", 1), "1 Lehre");
        assert_eq!(german.count("lessons_count", 2), "2 Lehren");
        let day = Moment::day(NaiveDate::from_ymd_opt(2026, 3, 2).unwrap());
        assert_eq!(german.date(&day), "2. März 2026");
        assert_eq!(german.length(1500), "1 Tag 1 h");
        assert_eq!(Phrases::built_in("xx").lang, "en");
    }

    /// A phrase that nobody says is a translation that nobody needs; `say` returns a name that it does not know.
    #[test]
    fn every_phrase_is_said_and_every_name_is_known() {
        let english = Phrases::built_in("en");
        let mut templates: String = pages().into_iter().map(|(_, text)| text).collect();
        templates +=
            crate::theme::DEFAULT.get_file("llms.txt").and_then(|file| file.contents_utf8()).unwrap();
        let sources = [
            include_str!("view.rs"),
            include_str!("view/lesson.rs"),
            include_str!("view/lesson_context.rs"),
            include_str!("brief.rs"),
            include_str!("scale.rs"),
            include_str!("trends.rs"),
            include_str!("phrases.rs"),
        ]
        .concat();
        for name in english.names() {
            let said = templates.contains(&format!("[[{name}]]"))
                || templates.contains(&format!("[[{name} "))
                || sources.contains(&format!("\"{name}\""))
                || name.starts_with("span_");
            assert!(said, "nobody says `{name}`");
        }
        let close: String = sources.split_whitespace().collect();
        for call in ["phrases.say(\"", "phrases.count(\"", "phrases.with(\"", "phrases().with(\""] {
            for rest in close.split(call).skip(1) {
                let name = rest.split('"').next().unwrap_or_default();
                let known = english.names().any(|other| other == name) || name == "cats" || name.is_empty();
                assert!(known, "`{name}` is no phrase");
            }
        }
        for (from, until) in [("started", "mitigated"), ("detected", "resolved"), ("mitigated", "resolved")] {
            let name = format!("span_{from}_{until}");
            assert_ne!(english.say(&name), name);
        }
    }

    #[test]
    fn scripts_speak_german_too() {
        let german = Phrases::built_in("de");
        let scripts = [
            include_str!("../../themes/default/assets/site.js"),
            include_str!("../../themes/default/assets/search.js"),
        ];
        let calls = scripts.iter().flat_map(|script| {
            // Search says what it failed at when it shows it.
            script.split("say(\"").skip(1).chain(script.split("new Unavailable(\"").skip(1))
        });
        let said: std::collections::BTreeSet<&str> =
            calls.filter_map(|rest| rest.split('"').next()).collect();
        let known: std::collections::BTreeSet<&str> = german.script.keys().map(String::as_str).collect();
        assert_eq!(said, known);
    }
}
