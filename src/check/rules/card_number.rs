//! Numbers of payment cards.

use crate::check::Findings;
use crate::check::Subject;
use crate::check::rules::shape;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;

/// The number of a payment card stands in the text.
pub static RULE: Rule = Rule {
    name: "card-number",
    level: Level::Error,
    about: "the number of a payment card stands in the text",
};

/// Numbers that networks and payment services publish for tests.
const TESTS: [&str; 16] = [
    "4111111111111111",
    "4242424242424242",
    "4012888888881881",
    "4000056655665556",
    "5555555555554444",
    "5105105105105100",
    "2223003122003222",
    "5200828282828210",
    "378282246310005",
    "371449635398431",
    "6011111111111117",
    "6011000990139424",
    "3566002020360505",
    "30569309025904",
    "3056930009020004",
    "4000000000000002",
];

/// Finds it.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    for number in subject.numbers() {
        let Some(network) = network(number) else { continue };
        let digits: String = number.digits.iter().map(|digit| (b'0' + digit) as char).collect();
        if TESTS.contains(&digits.as_str()) || shape::entropy(&digits) < 1.9 || !shape::luhn(&number.digits) {
            continue;
        }
        out.add(
            Finding::new(
                &RULE,
                subject.at(number.span.clone()),
                format!("this looks like the number of a card ({network}): {}", shape::masked(&digits)),
            )
            .help(
                "take it out, and tell who keeps watch over payment data; an example is 4111 1111 1111 1111",
            ),
        );
    }
}

/// Returns the network whose numbers begin so and are that long, where the groups are those of a card.
fn network(number: &shape::Number) -> Option<&'static str> {
    let digits = &number.digits;
    let grouped =
        matches!(number.groups.as_slice(), [_] | [4, 4, 4, 1..=4] | [4, 6, 4 | 5] | [4, 4, 4, 4, 1..=3]);
    if !grouped {
        return None;
    }
    let prefix =
        |length: usize| digits.iter().take(length).fold(0u32, |sum, digit| sum * 10 + u32::from(*digit));
    let alone = number.groups.len() == 1;
    match digits.len() {
        16 | 13 | 19 if prefix(1) == 4 && (digits.len() == 16 || !alone) => Some("Visa"),
        16 if (51..=55).contains(&prefix(2)) || (2221..=2720).contains(&prefix(4)) => Some("Mastercard"),
        15 if matches!(prefix(2), 34 | 37) => Some("American Express"),
        16 if prefix(4) == 6011 || prefix(2) == 65 || (644..=649).contains(&prefix(3)) => Some("Discover"),
        16 if (3528..=3589).contains(&prefix(4)) => Some("JCB"),
        14 if matches!(prefix(2), 36 | 38) && !alone => Some("Diners Club"),
        16 | 19 if prefix(2) == 62 && !alone => Some("UnionPay"),
        _ => None,
    }
}
