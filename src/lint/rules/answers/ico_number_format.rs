use super::placeholder_text::placeholder;
use super::{answered_where, not_applicable_in_text, own_text, says_nothing};
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "ico-number-format",
    group: Group::Answers,
    severity: Severity::Warning,
    summary: "no registration number of the ICO where one is asked for",
    page: include_str!("ico_number_format.md"),
    check: Check::Edition(check),
};

/// The word by which a question bank says that an item asks for such a number.
const FORMAT: &str = "ico-registration-number";

fn check(_: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for (item, answer) in answered_where(judged, |item| item.format.as_deref() == Some(FORMAT)) {
        let Some(text) = own_text(item, answer) else { continue };
        let has_own_finding =
            || says_nothing(text) || placeholder(text).is_some() || not_applicable_in_text::typed(text).is_some();
        if holds_number(text) || has_own_finding() {
            continue;
        }
        sink.report(
            Draft::new(
                &RULE,
                judged.at_key(&item.number, "text"),
                format!("{} asks for the registration number with the ICO, and here is none of the usual form", item.number),
            )
            .help("such a number is Z with seven digits or ZA or ZB with six, as on the ICO's certificate; a company number or a CQC id is another thing")
            .item(&item.number),
        );
    }
}

/// Whether a number of the usual form stands in a text, by itself or among other words.
fn holds_number(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.clone().any(|word| is_number(word.bytes())) || is_number(words.flat_map(str::bytes))
}

/// Z and seven digits, or Z, another letter and six digits.
fn is_number(mut bytes: impl Iterator<Item = u8>) -> bool {
    let begins = bytes.next().is_some_and(|byte| byte.eq_ignore_ascii_case(&b'Z'));
    begins && bytes.next().is_some_and(|byte| byte.is_ascii_alphanumeric()) && {
        let mut digits = 0;
        bytes.all(|byte| {
            digits += 1;
            byte.is_ascii_digit()
        }) && digits == 6
    }
}

#[cfg(test)]
mod tests {
    use super::holds_number;

    #[test]
    fn usual_forms_are_known_also_among_words() {
        for text in ["Z1234567", "ZA123456", "zb123456", "ZA 123 456", "Our number is ZA123456, renewed in May."] {
            assert!(holds_number(text), "{text}");
        }
        for text in
            ["SC123456", "ZA12345", "ZA1234567", "12345", "1-101234567", "AZA123456", "ZAB12345", "Z12345678", ""]
        {
            assert!(!holds_number(text), "{text}");
        }
    }
}
