use super::answered_where;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "threshold-not-reached",
    group: Group::Answers,
    severity: Severity::Error,
    summary: "ticked, but the count beside it falls short",
    page: include_str!("threshold_not_reached.md"),
    check: Check::Edition(check),
};

fn check(_: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for (item, answer) in answered_where(judged, |item| item.threshold.is_some()) {
        let (Some(threshold), Some(count), Some(true)) = (item.threshold, answer.count, answer.tick) else { continue };
        if count.reaches(threshold) {
            continue;
        }
        let asked = percent(threshold);
        let message = match count.of {
            0 => format!("{} says that {asked} are reached, and the count is of nobody", item.number),
            of => format!(
                "{} says that {asked} are reached, but {} of {of} is {}",
                item.number,
                count.done,
                count.percent()
            ),
        };
        let more = match count.short_by(threshold) {
            0 => "count whom it is about".to_owned(),
            1 => "one more is needed".to_owned(),
            more => format!("{more} more are needed"),
        };
        sink.report(
            Draft::new(&RULE, judged.at_key(&item.number, "count"), message)
                .help(format!("{more}; until then write tick = false"))
                .item(&item.number)
                .unsafe_fix("answer no", vec![(judged.at_key(&item.number, "tick"), "false".to_owned())]),
        );
    }
}

/// A threshold in ten-thousandths as a percentage: 9500 is `95 %`.
pub(super) fn percent(threshold: u32) -> String {
    let (whole, part) = (threshold / 100, threshold % 100);
    match part {
        0 => format!("{whole} %"),
        part if part % 10 == 0 => format!("{whole}.{} %", part / 10),
        part => format!("{whole}.{part:02} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn thresholds_are_told_in_percent() {
        assert_eq!(percent(9500), "95 %");
        assert_eq!(percent(9950), "99.5 %");
        assert_eq!(percent(9905), "99.05 %");
    }
}
