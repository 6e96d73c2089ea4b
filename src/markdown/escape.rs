//! Text as HTML, and back.

/// Appends text for between tags.
pub(super) fn text(out: &mut String, text: &str) {
    escape(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        0 => Some("\u{fffd}"),
        _ => None,
    });
}

/// Appends text for a value in double quotes.
pub(super) fn attribute(out: &mut String, text: &str) {
    escape(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        0 => Some("\u{fffd}"),
        _ => None,
    });
}

/// Appends an address for a value in double quotes, with what no address may hold percent-encoded.
pub(super) fn address(out: &mut String, address: &str) {
    let is_foreign =
        |c: char| !c.is_ascii_graphic() || matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}');
    for part in address.split_inclusive(is_foreign) {
        let Some(last) = part.chars().next_back() else { continue };
        if !is_foreign(last) {
            attribute(out, part);
            continue;
        }
        let kept = part.len() - last.len_utf8();
        attribute(out, &part[..kept]);
        for byte in part[kept..].bytes() {
            out.push('%');
            out.push(char::from(b"0123456789ABCDEF"[usize::from(byte >> 4)]));
            out.push(char::from(b"0123456789ABCDEF"[usize::from(byte & 15)]));
        }
    }
}

/// Appends the text of raw HTML: references to characters stay what they are.
pub(super) fn raw_text(out: &mut String, raw: &str) {
    for (index, part) in raw.split('&').enumerate() {
        if index > 0 {
            let name = part.find(';').map_or("", |end| &part[..end.min(40)]);
            let is_reference = match name.strip_prefix('#') {
                Some(number) => !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_alphanumeric()),
                None => !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            };
            out.push_str(if is_reference { "&" } else { "&amp;" });
        }
        text(out, part);
    }
}

/// The bytes that may have to be escaped; most text has none, and is looked at by this table alone.
static SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let signs = b"&<>\"'\0";
    let mut at = 0;
    while at < signs.len() {
        table[signs[at] as usize] = true;
        at += 1;
    }
    table
};

fn escape(out: &mut String, text: &str, with: impl Fn(u8) -> Option<&'static str>) {
    let bytes = text.as_bytes();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|&byte| SPECIAL[usize::from(byte)]) {
        at += found;
        if let Some(escaped) = with(bytes[at]) {
            out.push_str(&text[copied..at]);
            out.push_str(escaped);
            copied = at + 1;
        }
        at += 1;
    }
    out.push_str(&text[copied..]);
}

/// Returns the value of an attribute of raw HTML.
///
/// Knows the numeric references and the few names that matter; any other stays as it is written, and is then escaped as
/// text, so that nothing it might mean to a browser comes back.
pub(super) fn decode(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match reference(&rest[1..]) {
            Some((c, length)) => {
                out.push(c);
                rest = &rest[1 + length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Returns the character that a reference stands for, and the length of the reference without its `&`.
fn reference(text: &str) -> Option<(char, usize)> {
    if let Some(number) = text.strip_prefix('#') {
        let (digits, radix, prefix) = match number.strip_prefix(['x', 'X']) {
            Some(hex) => (hex, 16, 2),
            None => (number, 10, 1),
        };
        let length = digits.bytes().take_while(|byte| char::from(*byte).is_digit(radix)).count();
        let value = u32::from_str_radix(digits[..length].trim_start_matches('0'), radix)
            .or_else(|error| match error.kind() {
                std::num::IntErrorKind::Empty if length > 0 => Ok(0),
                _ => Err(error),
            })
            .unwrap_or(0xfffd);
        let c = char::from_u32(value).filter(|&c| c != '\0').unwrap_or('\u{fffd}');
        let semicolon = usize::from(digits[length..].starts_with(';'));
        return (length > 0).then_some((c, prefix + length + semicolon));
    }
    [
        ("amp;", '&'),
        ("lt;", '<'),
        ("gt;", '>'),
        ("quot;", '"'),
        ("apos;", '\''),
        ("nbsp;", '\u{a0}'),
        ("colon;", ':'),
        ("Tab;", '\t'),
        ("NewLine;", '\n'),
        ("sol;", '/'),
        ("lpar;", '('),
        ("rpar;", ')'),
    ]
    .into_iter()
    .find(|(name, _)| text.starts_with(name))
    .map(|(name, c)| (c, name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        let escape = |with: fn(&mut String, &str), words: &str| {
            let mut out = String::new();
            with(&mut out, words);
            out
        };
        assert_eq!(escape(text, "a<b>&\"c\" é\0"), "a&lt;b&gt;&amp;\"c\" é\u{fffd}");
        assert_eq!(escape(attribute, "\"'<"), "&quot;&#39;&lt;");
        assert_eq!(escape(address, "a b/é?x=1&y=%20\"\\#z"), "a%20b/%C3%A9?x=1&amp;y=%20%22%5C#z");
        assert_eq!(
            escape(raw_text, "&amp; & &x; &#x41; a<b &#; &é;"),
            "&amp; &amp; &x; &#x41; a&lt;b &amp;#; &amp;é;"
        );
    }

    #[test]
    fn references_are_decoded() {
        assert_eq!(
            decode("java&#115;cript&colon;&#x0000061&foo; & &#99999999999; &#0"),
            "javascript:a&foo; & \u{fffd} \u{fffd}"
        );
    }
}
