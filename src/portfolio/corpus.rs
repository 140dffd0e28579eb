//! Made-up portfolios of any size, for benchmarks and for trying things out: the same seed gives the same bytes.
//!
//! Organisations are as large as real ones: every item that a level asks for is answered with an evidence file, owner,
//! review and comment, under its question as `init` writes it. Most are in order; some have carried answers, open items,
//! late actions or a document that is gone, so that every view has something to show.

use crate::model::{Item, ItemKind, Standard};
use crate::workspace::{ACTION_PLANS, ASSESSMENTS, ORGANISATION_FILE, TOOLKIT_FILE};
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::fmt::Write as _;

const FIRST: &[&str] = &[
    "Alder", "Ash", "Beech", "Birch", "Bramble", "Cedar", "Clover", "Elder", "Fern", "Hawthorn", "Hazel", "Heather",
    "Holly", "Ivy", "Juniper", "Larch", "Laurel", "Linden", "Maple", "Oak", "Poplar", "Rowan", "Sorrel", "Thistle",
    "Willow", "Yew",
];
const SECOND: &[&str] = &[
    "bank", "bourne", "brook", "combe", "croft", "dale", "dene", "field", "gate", "grange", "hurst", "lea", "mere",
    "mount", "ridge", "side", "stead", "thorpe", "wick", "wood",
];
const KINDS: &[&str] =
    &["House", "Court", "Lodge", "Care Home", "Home Care", "Nursing Home", "Supported Living", "View"];
const PEOPLE: &[&str] = &[
    "Jo Field",
    "Ann Lee",
    "Sam Carter",
    "Priya Nair",
    "Tom Hollis",
    "Grace Obi",
    "Marta Nowak",
    "Dev Shah",
    "Ruth Pell",
    "Ian Marsh",
    "Beth Swann",
    "Carl Yates",
];
const TEXTS: &[&str] = &[
    "is looked after by our registered manager, who goes through it with the senior team every quarter",
    "is part of what every starter is taught and of the yearly refresher, and the deputy keeps the list",
    "was agreed by the directors at their meeting and is gone through again each autumn",
    "is written down in the folder that every shift leader has, and the office checks it against the log each month",
];
const COMMENTS: &[&str] = &[
    "See the folder in the manager's office; the deputy knows where the key is.",
    "Checked against the log with the shift leaders, and signed by both.",
    "The care software keeps a copy; the office prints one each quarter.",
    "Talked through in the team meeting, minutes in the shared drive.",
];

/// Random enough for names and gaps: `SplitMix64`, by Sebastiano Vigna, public domain.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    fn of<'c>(&mut self, choices: &[&'c str]) -> &'c str {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap_or(0)]
    }

    /// Whether something that happens in so many of a hundred cases happens.
    fn happens(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// What all organisations of a made-up portfolio have in common.
#[derive(Debug, Clone, Copy)]
pub struct Corpus<'a> {
    pub standard: &'a Standard,
    /// The edition before, which some have published for.
    pub before: Option<&'a Standard>,
    /// The day on which it is to be looked at.
    pub day: Date,
    pub seed: u64,
}

/// Where an organisation lies in the portfolio.
pub fn directory(number: usize) -> String {
    format!("clients/{:03}/c{number:06}", number / 1000)
}

/// The portfolio's own file for so many organisations.
pub fn portfolio(corpus: Corpus<'_>, clients: usize) -> String {
    let mut random = Random(corpus.seed);
    let mut out = String::from("name = \"Field & Co\"\nclients = [\"clients/*/*\"]\n");
    for number in 0..clients {
        let team = random.of(&["north", "south", "east", "west"]);
        let _ = write!(out, "\n[[client]]\npath = \"{}\"\nlabels = {{ team = \"{team}\" }}\n", directory(number));
    }
    out
}

/// Path and content of every file of one organisation.
pub fn organisation(corpus: Corpus<'_>, number: usize) -> Vec<(String, String)> {
    let mut random = Random(corpus.seed ^ (number as u64 + 1).wrapping_mul(0xd6e8_feb8_6659_fd93));
    let standard = corpus.standard;
    let name = format!("{}{} {}", random.of(FIRST), random.of(SECOND), random.of(KINDS));
    let lead = random.of(PEOPLE);
    let deputy = random.of(PEOPLE);
    let domain = format!("{}.example", name.to_lowercase().replace(' ', "-"));
    let address = |person: &str| format!("{}@{domain}", person.to_lowercase().replace(' ', "."));
    let day_ago = |random: &mut Random, least: u64, most: u64| {
        let days = i64::try_from(least + random.below(most - least)).unwrap_or(0);
        corpus.day.saturating_sub(days.days())
    };
    let mut files = Vec::new();

    let mut own = String::from("#:schema .dspt/schemas/organisation.schema.json\n");
    let _ = writeln!(own, "# {name}: who answers the questions of the {}.", standard.head.title);
    let _ = write!(own, "\n[organisation]\nods_code = \"{}\"\nname = \"{name} Ltd\"\n", code(number));
    let _ = write!(own, "sector = \"social-care\"\ncqc_provider_id = \"1-{}\"\n\n[profile]\n", 100_000_000 + number);
    for fact in &standard.facts {
        if let Some(value) = fact.values.first() {
            let _ = writeln!(own, "{} = \"{value}\"", fact.key);
        }
    }
    let _ = writeln!(own, "confirmed = {}", day_ago(&mut random, 5, 60));
    for role in &standard.roles {
        let _ = write!(own, "\n[roles.{}]\nname = \"{lead}\"\nemail = \"{}\"\n", role.key, address(lead));
    }
    for (person, role) in [(lead, "administrator"), (deputy, "member")] {
        if role == "administrator" || person != lead {
            let email = address(person);
            let _ = write!(own, "\n[[member]]\nname = \"{person}\"\nemail = \"{email}\"\nrole = \"{role}\"\n");
        }
    }
    files.push((ORGANISATION_FILE.to_owned(), own));

    let behind = random.happens(25);
    let mut open: Vec<&Item> = Vec::new();
    let mut answers =
        format!("#:schema ../.dspt/schemas/answers-{}-{}.schema.json\n", standard.id(), standard.edition());
    let _ = write!(answers, "standard = \"{}\"\nedition = \"{}\"\n", standard.id(), standard.edition());
    for item in standard.required() {
        let _ = write!(answers, "\n# {} {}\n[answers.\"{}\"]\n", item.number, item.shown(), item.number);
        if behind && random.happens(30) {
            open.push(item);
            continue;
        }
        match item.kind {
            ItemKind::Tick => answers.push_str("tick = true\n"),
            ItemKind::Text if item.format.is_some() => {
                let _ = writeln!(answers, "text = \"ZA{:06}\"", random.below(1_000_000));
            }
            ItemKind::Text => {
                let _ = writeln!(answers, "text = \"What {} asks for {}.\"", item.number, random.of(TEXTS));
            }
            ItemKind::Date => {
                let _ = writeln!(answers, "date = {}", day_ago(&mut random, 20, 100));
            }
            ItemKind::Document => {}
        }
        if item.threshold.is_some() {
            let of = 20 + random.below(60);
            let on = day_ago(&mut random, 5, 40);
            let _ = writeln!(answers, "count = {{ done = {of}, of = {of}, on = {on} }}");
        }
        let file = format!("evidence/{}.pdf", item.concept);
        let approved = day_ago(&mut random, 10, 80);
        let review = corpus.day.saturating_add(i64::try_from(random.below(300)).unwrap_or(0).days());
        let _ = writeln!(
            answers,
            "evidence = [{{ file = \"{file}\", title = \"{}\", approved = {approved}, approved_by = \"{lead}\", review_by = {review} }}]",
            item.concept.replace('-', " ")
        );
        let owner = if random.happens(50) { lead } else { deputy };
        let reviewed = day_ago(&mut random, 3, 60);
        let _ = write!(
            answers,
            "owner = \"{0}\"\nreviewed = {reviewed}\nreviewed_by = \"{0}\"\ncomment = \"{1}\"\n",
            address(owner),
            random.of(COMMENTS)
        );
        if behind && random.happens(10) {
            let from = corpus.before.map_or_else(|| standard.edition(), |before| before.edition());
            let _ = writeln!(answers, "carried_from = \"{from}\"");
        }
        let is_gone = random.below(2000) == 0;
        if !is_gone {
            files.push((file, format!("%PDF-1.7\n% {name}, {}\n", item.concept)));
        }
    }
    files.push((format!("{ASSESSMENTS}/{}.toml", standard.edition()), answers));

    if !open.is_empty() {
        let mut plan = format!("standard = \"{}\"\nedition = \"{}\"\n", standard.id(), standard.edition());
        for item in open {
            let _ = write!(plan, "\n[actions.\"{}\"]\naction = \"Write it down and agree it\"\n", item.number);
            let target = if random.happens(20) {
                day_ago(&mut random, 1, 40)
            } else {
                corpus.day.saturating_add(i64::try_from(10 + random.below(200)).unwrap_or(0).days())
            };
            let _ = write!(plan, "owner = \"{}\"\ntarget = {target}\nstatus = \"planned\"\n", address(lead));
        }
        files.push((format!("{ACTION_PLANS}/{}.toml", standard.edition()), plan));
    }
    if let Some((before, level)) = corpus.before.and_then(|before| Some((before, before.levels.last()?)))
        && random.happens(60)
    {
        let date = before.head.deadline.saturating_sub(i64::try_from(random.below(60)).unwrap_or(0).days());
        let level = if random.happens(80) { &before.levels[before.default_aim()].id } else { &level.id };
        let entry = format!(
            "[[published]]\nedition = \"{}\"\nlevel = \"{level}\"\ndate = {date}\nseen = {date}\nsource = \"public search\"\n",
            before.edition()
        );
        files.push((TOOLKIT_FILE.to_owned(), entry));
    }
    files
}

/// A code that no other organisation of the portfolio has, of the shape that real ones have.
fn code(number: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXY";
    let mut rest = number;
    let mut code = String::from("V");
    for _ in 0..4 {
        code.push(char::from(LETTERS[rest % LETTERS.len()]));
        rest /= LETTERS.len();
    }
    code
}
