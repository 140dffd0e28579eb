//! The dashboard of a portfolio: one page that needs nothing else, readable without its script.

use super::ExportError;
use super::template::{self, Template};
use super::text::plain;
use crate::model::period::{days_between, in_words};
use jiff::civil::Date;
use minijinja::context;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const TEMPLATE: Template = ("dashboard.html", include_str!("templates/dashboard.html"));

/// What the dashboard shows.
#[derive(Debug, Clone, Default)]
pub struct Page {
    pub title: String,
    pub day: Date,
    pub clients: Vec<Client>,
    /// Labels of the levels, lowest first.
    pub levels: Vec<String>,
    /// How the work on the edition that most clients answer went on.
    pub burn_up: Option<BurnUp>,
    /// Number, question and how many clients lack it, most first.
    pub missing: Vec<(String, String, usize)>,
    pub calls: Vec<Call>,
    /// Clients worth a call that are not listed.
    pub more_calls: usize,
}

/// A row of the table.
#[derive(Debug, Clone, Default)]
pub struct Client {
    pub name: String,
    pub code: String,
    pub edition: String,
    /// Index into the levels.
    pub level: Option<usize>,
    pub met: usize,
    pub required: usize,
    pub carried: usize,
    pub overdue: usize,
    pub days: Option<i64>,
    pub due: Option<Date>,
    pub publication: String,
    pub on_toolkit: bool,
    pub published: bool,
    pub next: String,
    pub error: Option<String>,
}

/// Who is to be called, and why.
#[derive(Debug, Clone)]
pub struct Call {
    pub name: String,
    pub code: String,
    pub why: String,
    /// The first clause of why, in a word: late, soon, broken.
    pub tone: &'static str,
}

/// Counts that grow towards a deadline.
#[derive(Debug, Clone)]
pub struct BurnUp {
    pub edition: String,
    pub from: Date,
    pub deadline: Date,
    /// Answers that count by the day they were last reviewed, and how many are asked for.
    pub answers: BTreeMap<Date, usize>,
    pub undated: usize,
    pub asked: usize,
    /// Clients by the day they first published, and how many there are.
    pub published: BTreeMap<Date, usize>,
    pub clients: usize,
}

/// How wide the charts are, in their own units.
const WIDE: i64 = 560;

pub fn html(page: &Page) -> Result<String, ExportError> {
    let clients = &page.clients;
    let judged = || clients.iter().filter(|client| client.error.is_none());
    let at = |level: Option<usize>| judged().filter(|client| client.level == level).count();
    let mut levels: Vec<(String, usize, String)> = page
        .levels
        .iter()
        .enumerate()
        .rev()
        .map(|(index, label)| (label.clone(), at(Some(index)), format!("l{}", (index + 1).min(4))))
        .collect();
    levels.push(("No level yet".to_owned(), at(None), "l0".to_owned()));
    let broken = clients.len() - judged().count();
    if broken > 0 {
        levels.push(("Cannot be judged".to_owned(), broken, "lx".to_owned()));
    }
    let levels: Vec<_> = levels.into_iter().filter(|(_, count, _)| *count > 0).collect();
    let mut from = 0.0;
    let levels: Vec<_> = levels
        .into_iter()
        .map(|(label, count, class)| {
            let wide = share(count, clients.len()) * 10.0;
            let bar = context! { label => plain(&label), count => thousands(count), class, x => tenth(from), wide => tenth(wide), percent => tenth(wide / 10.0) };
            from += wide;
            bar
        })
        .collect();
    let rows: Vec<_> = clients
        .iter()
        .map(|client| {
            let level = client.level.and_then(|level| page.levels.get(level));
            let progress = share(client.met, client.required);
            context! {
                name => plain(&client.name),
                code => plain(&client.code),
                edition => plain(&client.edition),
                level => level.map_or_else(|| "none yet".to_owned(), |level| plain(level).into_owned()),
                class => client.level.map_or(0, |level| (level + 1).min(4)),
                rank => client.level.map_or(0, |level| level + 1),
                met => client.met,
                required => client.required,
                progress => tenth(progress),
                carried => client.carried,
                overdue => client.overdue,
                days => client.days,
                late => client.days.is_some_and(|days| days <= 0),
                due => client.due.map(|due| due.to_string()),
                due_late => client.due.is_some_and(|due| due < page.day),
                publication => plain(&client.publication),
                off => client.published && !client.on_toolkit,
                next => plain(&client.next),
                error => client.error.as_deref().map(|error| plain(error).into_owned()),
            }
        })
        .collect();
    let complete = judged().filter(|client| client.required > 0 && client.met == client.required).count();
    let tiles = [
        ("clients", clients.len(), ""),
        ("with every item asked for", complete, "good"),
        ("answers to confirm", clients.iter().map(|client| client.carried).sum(), ""),
        ("documents overdue", clients.iter().map(|client| client.overdue).sum(), "warn"),
        (
            "not yet on the toolkit",
            clients.iter().filter(|client| client.published && !client.on_toolkit).count(),
            "warn",
        ),
    ];
    let tiles: Vec<_> = tiles
        .into_iter()
        .map(|(label, count, tone)| context! { label, count => thousands(count), tone => if count > 0 { tone } else { "" } })
        .collect();
    let most = page.missing.first().map_or(1, |(_, _, count)| *count).max(1);
    let missing: Vec<_> = page
        .missing
        .iter()
        .map(|(number, question, count)| {
            context! { number => plain(number), question => plain(question), count => thousands(*count), wide => tenth(share(*count, most)) }
        })
        .collect();
    let calls: Vec<_> = page
        .calls
        .iter()
        .map(|call| {
            context! { name => plain(&call.name), code => plain(&call.code), why => plain(&call.why), tone => call.tone }
        })
        .collect();
    template::render(
        "dashboard",
        TEMPLATE,
        context! {
            title => plain(&page.title),
            day => in_words(page.day),
            how_many => format!("{} client{}", thousands(clients.len()), if clients.len() == 1 { "" } else { "s" }),
            tiles, levels, rows, missing,
            calls,
            burn_up_right => is_better_right(page),
            more_calls => (page.more_calls > 0).then(|| thousands(page.more_calls)),
            histogram => histogram(page),
            burn_up => page.burn_up.as_ref().map(|burn_up| line_chart(burn_up, page.day)),
            version => env!("CARGO_PKG_VERSION"),
        },
    )
}

/// Whether the two columns end nearer to each other with the chart of the burn-up below the calls and what is missing
/// below the histogram. Heights are in pixels, about.
fn is_better_right(page: &Page) -> bool {
    let above = 520;
    let burn_up = if page.burn_up.is_some() { 360 } else { 0 };
    let calls = 90 + 56 * page.calls.len();
    let missing = 70 + 60 * page.missing.len();
    (above + missing).abs_diff(calls + burn_up) < (above + burn_up).abs_diff(calls + missing)
}

/// A share in per cent.
fn share(part: usize, of: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of clients and items")]
    let share = if of == 0 { 0.0 } else { part as f64 * 100.0 / of as f64 };
    share
}

/// With at most one digit behind the point.
fn tenth(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// How many clients are how far: ten columns of ten per cent, and one of those who are done.
fn histogram(page: &Page) -> minijinja::Value {
    let mut counts = [0_usize; 11];
    for client in page.clients.iter().filter(|client| client.required > 0) {
        counts[(client.met * 10 / client.required).min(10)] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let step = WIDE / 11;
    let columns: Vec<_> = counts
        .iter()
        .enumerate()
        .map(|(at, count)| {
            let high = i64::try_from(*count * 150 / most).unwrap_or(0).max(i64::from(*count > 0) * 2);
            let at = i64::try_from(at).unwrap_or(0);
            let label = if at == 10 { "100 %".to_owned() } else { format!("{} to {} %", at * 10, at * 10 + 9) };
            let short = if at == 10 { "100".to_owned() } else { format!("{}", at * 10) };
            context! { count => thousands(*count), label, short, x => at * step + 4, wide => step - 8, middle => at * step + step / 2, y => 170 - high, high }
        })
        .collect();
    context! { columns }
}

/// Two lines that grow towards the deadline, the day judged on, and what they come to in words.
fn line_chart(burn_up: &BurnUp, day: Date) -> minijinja::Value {
    let span = days_between(burn_up.from, burn_up.deadline).max(1);
    let x = |day: Date| 40 + days_between(burn_up.from, day).clamp(0, span) * (WIDE - 60) / span;
    let y = |part: usize, of: usize| tenth(170.0 - share(part, of) * 1.5);
    let line = |counts: &BTreeMap<Date, usize>, before: usize, of: usize| {
        let mut sum = before + counts.range(..=burn_up.from).map(|(_, count)| count).sum::<usize>();
        let mut path = format!("M40 {}", y(sum, of));
        let mut by_place: BTreeMap<i64, usize> = BTreeMap::new();
        for (on, count) in counts.iter().filter(|(on, _)| **on > burn_up.from && **on <= day) {
            *by_place.entry(x(*on)).or_default() += count;
        }
        for (place, count) in by_place {
            sum += count;
            let _ = write!(path, "H{place}V{}", y(sum, of));
        }
        let _ = write!(path, "H{}", x(day));
        (path, sum)
    };
    let (answers, confirmed) = line(&burn_up.answers, burn_up.undated, burn_up.asked);
    let (published, clients) = line(&burn_up.published, 0, burn_up.clients);
    context! {
        edition => plain(&burn_up.edition),
        answers, published,
        today => x(day),
        has_passed => day > burn_up.deadline,
        end => x(burn_up.deadline),
        from => in_words(burn_up.from),
        deadline => in_words(burn_up.deadline),
        confirmed => tenth(share(confirmed, burn_up.asked)),
        confirmed_count => thousands(confirmed),
        asked => thousands(burn_up.asked),
        done => thousands(clients),
        done_share => tenth(share(clients, burn_up.clients)),
        clients => thousands(burn_up.clients),
    }
}
