//! Numbers by which states and banks know a person.

use crate::check::Findings;
use crate::check::Subject;
use crate::check::rules::shape;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use std::ops::Range;

/// A national number of a person or an account stands in the text.
pub static RULE: Rule = Rule {
    name: "national-number",
    level: Level::Error,
    about: "a national identity number or an account number (IBAN) stands in the text",
};

/// Finds numbers whose check digits are right.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    let text = subject.document.text.as_str();
    let mut found: Vec<(&str, Range<usize>)> = Vec::new();
    for number in subject.numbers() {
        if let Some(kind) = of_digits(number, text) {
            found.push((kind, number.span.clone()));
        }
    }
    found.extend(ibans(text, subject.digits()).into_iter().map(|span| ("IBAN", span)));
    found.extend(codes(text, subject.digits()));
    for (kind, span) in found {
        out.add(
            Finding::new(
                &RULE,
                subject.at(span.clone()),
                format!("this looks like a number of a person ({kind}): {}", shape::masked(&text[span])),
            )
            .help("take it out; an example with wrong check digits says as much"),
        );
    }
}

/// Returns what a number in digits is. Short ones need their name near them, as every eleventh number passes.
fn of_digits(number: &shape::Number, text: &str) -> Option<&'static str> {
    let digits = &number.digits;
    if digits.iter().all(|digit| digit == &digits[0]) {
        return None;
    }
    let near = |words: &[&str]| {
        let start = text.floor_char_boundary(number.span.start.saturating_sub(48));
        let before = text[start..number.span.start].to_lowercase();
        words.iter().any(|word| before.contains(word))
    };
    match (digits.len(), number.groups.as_slice()) {
        (11, [3, 3, 3, 2]) if cpf(digits) => Some("CPF, Brazil"),
        (11, _) if cpf(digits) && near(&["cpf"]) => Some("CPF, Brazil"),
        (11, [11]) if pesel(digits) && near(&["pesel"]) => Some("PESEL, Poland"),
        (9, [9] | [4, 2, 3] | [3, 3, 3]) if bsn(digits) && near(&["bsn", "burgerservicenummer"]) => {
            Some("BSN, Netherlands")
        }
        (10, [10] | [3, 3, 4]) if nhs(digits) && near(&["nhs"]) => Some("NHS number, United Kingdom"),
        (12, [4, 4, 4]) if verhoeff(digits) && near(&["aadhaar", "uidai"]) => Some("Aadhaar, India"),
        (10 | 12, [6, 4] | [8, 4])
            if personnummer(digits) && near(&["personnummer", "personal number", "pnr"]) =>
        {
            Some("personnummer, Sweden")
        }
        (15, [1, 2, 2, 2, 3, 3, 2] | [15] | [13, 2]) if nir(digits) => Some("NIR, France"),
        _ => None,
    }
}

/// Receita Federal: two check digits, each modulo 11.
fn cpf(digits: &[u8]) -> bool {
    let check = |length: usize| {
        let sum: u32 = (0..length).map(|at| u32::from(digits[at]) * (length + 1 - at) as u32).sum();
        let rest = sum * 10 % 11 % 10;
        rest == u32::from(digits[length])
    };
    check(9) && check(10)
}

fn pesel(digits: &[u8]) -> bool {
    let weights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1];
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum::<u32>() % 10 == 0
}

fn bsn(digits: &[u8]) -> bool {
    let sum: i32 =
        digits[..8].iter().enumerate().map(|(at, digit)| i32::from(*digit) * (9 - at as i32)).sum();
    (sum - i32::from(digits[8])) % 11 == 0
}

fn nhs(digits: &[u8]) -> bool {
    let sum: u32 =
        digits[..9].iter().enumerate().map(|(at, digit)| u32::from(*digit) * (10 - at as u32)).sum();
    let check = (11 - sum % 11) % 11;
    check < 10 && check == u32::from(digits[9])
}

fn personnummer(digits: &[u8]) -> bool {
    let digits = &digits[digits.len() - 10..];
    let month = digits[2] * 10 + digits[3];
    (1..=12).contains(&month) && shape::luhn(digits)
}

/// The thirteen digits and 97 minus their rest (INSEE); month and department in their ranges.
fn nir(digits: &[u8]) -> bool {
    let value =
        |range: Range<usize>| digits[range].iter().fold(0u64, |sum, digit| sum * 10 + u64::from(*digit));
    matches!(digits[0], 1 | 2)
        && ((1..=12).contains(&value(3..5)) || (20..=42).contains(&value(3..5)))
        && 97 - value(0..13) % 97 == value(13..15)
}

/// Verhoeff's check, by the dihedral group of order ten.
fn verhoeff(digits: &[u8]) -> bool {
    const TIMES: [[u8; 10]; 10] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
        [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
        [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
        [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
        [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
        [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
        [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
        [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
        [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ];
    const TURN: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let mut check = 0u8;
    for (place, digit) in digits.iter().rev().enumerate() {
        let mut turned = *digit;
        for _ in 0..place % 8 {
            turned = TURN[turned as usize];
        }
        check = TIMES[check as usize][turned as usize];
    }
    check == 0
}

/// Returns the account numbers of ISO 13616 in a text: two letters, two check digits, up to thirty more, modulo 97. `digits` are
/// the places where some begin.
fn ibans(text: &str, digits: &[usize]) -> Vec<Range<usize>> {
    /// Countries and how long their numbers are, from the registry of SWIFT.
    const LENGTHS: [(&str, usize); 40] = [
        ("AD", 24),
        ("AE", 23),
        ("AT", 20),
        ("BE", 16),
        ("BG", 22),
        ("BR", 29),
        ("CH", 21),
        ("CY", 28),
        ("CZ", 24),
        ("DE", 22),
        ("DK", 18),
        ("EE", 20),
        ("ES", 24),
        ("FI", 18),
        ("FR", 27),
        ("GB", 22),
        ("GR", 27),
        ("HR", 21),
        ("HU", 28),
        ("IE", 22),
        ("IL", 23),
        ("IS", 26),
        ("IT", 27),
        ("LI", 21),
        ("LT", 20),
        ("LU", 20),
        ("LV", 21),
        ("MC", 27),
        ("MT", 31),
        ("NL", 18),
        ("NO", 15),
        ("PL", 28),
        ("PT", 25),
        ("RO", 24),
        ("SA", 24),
        ("SE", 24),
        ("SI", 19),
        ("SK", 24),
        ("TR", 26),
        ("UA", 29),
    ];
    /// Those that documentation shows.
    const EXAMPLES: [&str; 6] = [
        "GB82WEST12345698765432",
        "DE89370400440532013000",
        "FR1420041010050500013M02606",
        "GB29NWBK60161331926819",
        "NL91ABNA0417164300",
        "CH9300762011623852957",
    ];
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut behind = 0;
    // Two digits in a row are what a text has least of.
    for &digit in digits {
        if digit + 13 > bytes.len() {
            break;
        }
        let Some(at) = digit.checked_sub(2).filter(|at| *at >= behind) else { continue };
        let opens = bytes[at].is_ascii_uppercase()
            && bytes[at + 1].is_ascii_uppercase()
            && bytes[at + 3].is_ascii_digit()
            && (at == 0
                || !(bytes[at - 1].is_ascii_alphanumeric() || matches!(bytes[at - 1], b'_' | b'-' | b'/')));
        if !opens {
            continue;
        }
        let length = LENGTHS.iter().find(|(country, _)| bytes[at..].starts_with(country.as_bytes()));
        let Some((_, length)) = length else { continue };
        let mut value = String::new();
        let mut end = at;
        while value.len() < *length && end < bytes.len() {
            match bytes[end] {
                byte if byte.is_ascii_uppercase() || byte.is_ascii_digit() => value.push(byte as char),
                b' ' if value.len().is_multiple_of(4) => {}
                _ => break,
            }
            end += 1;
        }
        let whole = value.len() == *length
            && !bytes
                .get(end)
                .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if whole && !EXAMPLES.contains(&value.as_str()) && mod_97(&value) {
            found.push(at..end);
            behind = end;
        }
    }
    found
}

fn mod_97(value: &str) -> bool {
    let turned = value[4..].bytes().chain(value[..4].bytes());
    turned.fold(0u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    }) == 1
}

/// Returns numbers that hold letters: the Italian tax code, the Spanish DNI and NIE where they are named, the Chinese
/// identity number. `digits` are the places where some begin.
fn codes(text: &str, digits: &[usize]) -> Vec<(&'static str, Range<usize>)> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut end = 0;
    // Each of them holds a digit.
    for &digit in digits {
        if digit < end {
            continue;
        }
        let within = |byte: &&u8| byte.is_ascii_alphanumeric();
        let start = digit - bytes[end..digit].iter().rev().take_while(within).count();
        end = digit + bytes[digit..].iter().take_while(within).count();
        let word = &bytes[start..end];
        if !matches!(word.len(), 9 | 16 | 18) {
            continue;
        }
        let span = start..start + word.len();
        let word = &text[span.clone()];
        match word.len() {
            16 if codice_fiscale(word) => found.push(("codice fiscale, Italy", span)),
            18 if resident_id(word) => found.push(("resident identity number, China", span)),
            9 if dni(word) => {
                let before = &text[text.floor_char_boundary(start.saturating_sub(32))..start];
                if ["dni", "nif", "nie"].iter().any(|name| before.to_lowercase().contains(name)) {
                    found.push(("DNI, Spain", span));
                }
            }
            _ => {}
        }
    }
    found
}

fn codice_fiscale(word: &str) -> bool {
    let bytes = word.as_bytes();
    let shape = b"AAAAAA00A00A000A";
    let shaped = bytes.iter().zip(shape).all(|(byte, kind)| match kind {
        b'A' => byte.is_ascii_uppercase(),
        _ => byte.is_ascii_digit(),
    });
    if !shaped || !b"ABCDEHLMPRST".contains(&bytes[8]) {
        return false;
    }
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let sum: u32 = bytes[..15]
        .iter()
        .enumerate()
        .map(|(place, byte)| {
            let value = if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' };
            if place % 2 == 0 { ODD[value as usize] } else { u32::from(value) }
        })
        .sum();
    u32::from(bytes[15] - b'A') == sum % 26
}

fn dni(word: &str) -> bool {
    let (head, letter) = word.split_at(8);
    let head = match head.as_bytes()[0] {
        b'X' => format!("0{}", &head[1..]),
        b'Y' => format!("1{}", &head[1..]),
        b'Z' => format!("2{}", &head[1..]),
        _ => head.to_owned(),
    };
    let Ok(number) = head.parse::<usize>() else { return false };
    b"TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] == letter.as_bytes()[0]
}

fn resident_id(word: &str) -> bool {
    let bytes = word.as_bytes();
    if !bytes[..17].iter().all(u8::is_ascii_digit) || !(bytes[17].is_ascii_digit() || bytes[17] == b'X') {
        return false;
    }
    let number = |range: Range<usize>| word[range].parse::<u32>().unwrap_or(0);
    let born = (1900..=2100).contains(&number(6..10))
        && (1..=12).contains(&number(10..12))
        && (1..=31).contains(&number(12..14))
        && (11..=82).contains(&number(0..2));
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        bytes[..17].iter().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
    born && b"10X98765432"[(sum % 11) as usize] == bytes[17]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what stands in a text, by kind.
    fn check(text: &str) -> Vec<&'static str> {
        let digits = shape::digits(text);
        let mut found: Vec<&str> =
            shape::numbers(text, &digits, 9).iter().filter_map(|number| of_digits(number, text)).collect();
        found.extend(ibans(text, &digits).iter().map(|_| "IBAN"));
        found.extend(codes(text, &digits).iter().map(|(kind, _)| *kind));
        found
    }

    #[test]
    fn numbers_with_right_check_digits_are_told_from_others() {
        for (right, wrong, kind) in [
            ("529.982.247-25", "529.982.247-26", "CPF, Brazil"),
            ("2 55 08 14 168 025 38", "2 55 08 14 168 025 39", "NIR, France"),
            ("RSSMRA85T10A562S", "RSSMRA85T10A562T", "codice fiscale, Italy"),
            ("11010519491231002X", "110105194912310021", "resident identity number, China"),
            ("PESEL 44051401359", "PESEL 44051401358", "PESEL, Poland"),
            ("BSN 111222333", "BSN 111222334", "BSN, Netherlands"),
            ("NHS 943 476 5919", "NHS 943 476 5918", "NHS number, United Kingdom"),
            ("Aadhaar 9999 4105 7058", "Aadhaar 9999 4105 7059", "Aadhaar, India"),
            ("personnummer 811228-9874", "personnummer 811228-9875", "personnummer, Sweden"),
            ("DNI 12345678Z", "DNI 12345678A", "DNI, Spain"),
            ("DE02 1203 0000 0000 2020 51", "DE02 1203 0000 0000 2020 52", "IBAN"),
        ] {
            assert_eq!(check(right), [kind], "{right}");
            assert_eq!(check(wrong), [""; 0], "{wrong}");
        }
        // Without its name near it, a short number is a number.
        assert_eq!(check("order 943 476 5919 of shard 111222333"), [""; 0]);
    }
}
