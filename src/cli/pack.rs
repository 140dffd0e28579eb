//! `dspt pack`: one ZIP archive of a publication, for auditors and for the managers of sites.

use super::certificate::{self, Format};
use super::context::Context;
use super::delivery;
use super::error::{Failure, Outcome};
use super::published::Published;
use crate::assess::{self, Assessment, Case, State};
use crate::diagnostic::render::one_line;
use crate::export::ExportError;
use crate::export::answers::{self, View};
use crate::export::certificate::Certificate;
use crate::export::pack::{self as document, Choice, Names, Pack, PackDocument, PackFile, PackItem};
use crate::export::report::PublicationPart;
use crate::ledger::{proof, record};
use crate::lint;
use crate::model::{Answers, Evidence};
use crate::tree::{Entry, Tree as _, lfs_oid};
use clap::Args;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// A file larger than this stays out of a pack, which is made in memory; in bytes.
const LARGEST: u64 = 256 << 20;

#[derive(Debug, Args)]
pub struct PackArgs {
    /// The publication, such as EDITION/001 [default: the newest]
    #[arg(value_name = "PUBLICATION")]
    publication: Option<String>,
    /// For the manager of one site that the publication covers
    #[arg(long, value_name = "CODE", conflicts_with = "all_sites")]
    site: Option<String>,
    /// One archive for each site covered, in a directory
    #[arg(long)]
    all_sites: bool,
    /// Only these items
    #[arg(long, value_name = "NUMBER", num_args = 1.., value_delimiter = ',')]
    items: Vec<String>,
    /// Only so many items, drawn by the publication's digest
    #[arg(long, value_name = "COUNT", conflicts_with = "items")]
    sample: Option<NonZeroUsize>,
    /// Where to write it; `-` is standard output; a directory with --all-sites [default: in out/]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub fn run(context: &Context, args: &PackArgs) -> Result<Outcome, Failure> {
    let published = Published::open(context, args.publication.as_deref())?;
    let matter = Matter::read(&published)?;
    let (items, choice) = matter.choose(args)?;
    let whole = published.certificate()?;
    let certificates = match (&args.site, args.all_sites) {
        (Some(code), _) => vec![published.site_certificate(code)?],
        (None, false) => vec![whole.clone()],
        (None, true) if whole.covered.is_empty() => {
            return Err(Failure::new(format!("{} covers no sites", published.record.id()))
                .hint("without --all-sites the pack is the organisation's own"));
        }
        (None, true) => whole.covered.iter().filter_map(|site| whole.of_site(&site.code)).collect(),
    };
    let standard_output = args.output.as_deref() == Some(Path::new("-"));
    if standard_output && args.all_sites {
        return Err(Failure::new("--all-sites writes several files: name a directory"));
    }
    let mut names = Names::default();
    for certificate in &certificates {
        let begin = beginning(certificate);
        let directory = format!("{begin}-{}", published.record.number);
        let bytes = matter.archive(certificate, &directory, &items, &choice)?;
        let file = names.give(&format!("{begin}-pack.zip"));
        let directory = args.output.as_deref().filter(|_| args.all_sites).map(|directory| directory.join(&file));
        let within = if args.all_sites { format!("{}-packs/", beginning(&whole)) } else { String::new() };
        let usual = format!("out/{within}{file}");
        let output = directory.as_deref().or(args.output.as_deref());
        let place = delivery::place(context, output, Some((&context.root()?, &usual)))?;
        delivery::put(context, place.as_deref(), &bytes, false)?;
    }
    certificate::tell_what_is_not_shown(context, &certificates, Format::BEST);
    let private = matter.private(&items);
    if private > 0 {
        context.note(&format!(
            "{private} private {} not in it; its first page lists what is left out.",
            if private == 1 { "document is" } else { "documents are" }
        ));
    }
    Ok(Outcome::Done)
}

/// `A1B2-2025-26`, with nothing in it that a file's name cannot hold.
fn beginning(certificate: &Certificate) -> String {
    let fit = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
    format!("{}-{}", certificate.holder().code, certificate.edition).chars().map(fit).collect()
}

/// A publication as it is packed.
struct Matter<'p> {
    published: &'p Published,
    answers: Answers,
    assessment: Assessment,
    /// Index of the published level.
    level: usize,
    publications: Vec<PublicationPart>,
    record: Vec<u8>,
}

impl<'p> Matter<'p> {
    fn read(published: &'p Published) -> Result<Self, Failure> {
        let Published { record, workspace, standard, organisation, tree, .. } = published;
        let of = |edition: &String| *edition == record.edition;
        let answers = workspace.answers.iter().find(|answers| of(&answers.edition));
        let answers = answers.map(|answers| answers.decoded.value.clone()).unwrap_or_default();
        let plan = workspace.plans.iter().find(|plan| of(&plan.edition)).map(|plan| &plan.decoded.value);
        let plan_document = plan.and_then(|plan| plan.document.as_deref());
        let history = lint::history_of(workspace, standard);
        let assessment = assess::assess(Case {
            standard,
            organisation,
            answers: &answers,
            plan,
            plan_document: plan_document.is_some_and(|path| matches!(tree.entry(path), Ok(Entry::File { .. }))),
            history: &history,
            day: record.date,
        });
        let level = standard.level_index(&record.level).unwrap_or(assessment.aim);
        let publications = PublicationPart::all(&history, standard, record.date);
        let bytes = published.record_bytes()?;
        Ok(Self { published, answers, assessment, level, publications, record: bytes })
    }

    /// The items of the pack, as indices into the standard's.
    fn choose(&self, args: &PackArgs) -> Result<(Vec<usize>, Choice), Failure> {
        let standard = &self.published.standard;
        let asked: Vec<usize> =
            (0..standard.items.len()).filter(|at| standard.asks(self.level, &standard.items[*at])).collect();
        let number = |at: &usize| standard.items[*at].number.as_str();
        if let Some(size) = args.sample {
            let numbers: Vec<&str> = asked.iter().map(number).collect();
            let drawn = document::sample(&record::digest(&self.record), &numbers, size.get());
            let items: Vec<usize> = asked.iter().copied().filter(|at| drawn.contains(&number(at))).collect();
            let choice = Choice::Sample { size: items.len(), population: asked.len() };
            return Ok((items, choice));
        }
        if !args.items.is_empty() {
            for wanted in &args.items {
                if standard.item(wanted.trim()).is_none() {
                    return Err(Failure::new(format!(
                        "there is no item {} in {}",
                        one_line(wanted),
                        standard.edition()
                    ))
                    .hint("`dspt questions` lists the items"));
                }
            }
            let is_wanted = |at: &usize| args.items.iter().any(|wanted| wanted.trim() == number(at));
            return Ok(((0..standard.items.len()).filter(is_wanted).collect(), Choice::Named));
        }
        let is_answered = |at: &usize| self.assessment.items[*at].state != State::Optional;
        Ok(((0..standard.items.len()).filter(|at| asked.contains(at) || is_answered(at)).collect(), Choice::All))
    }

    /// The evidence of an item, as its answer lists it.
    fn evidence(&self, at: usize) -> impl Iterator<Item = &Evidence> {
        let number = &self.published.standard.items[at].number;
        self.answers.answers.get(number).into_iter().flat_map(|answer| answer.evidence.iter().flatten())
    }

    fn private(&self, items: &[usize]) -> usize {
        items.iter().flat_map(|at| self.evidence(*at)).filter(|evidence| evidence.is_private()).count()
    }

    fn archive(
        &self,
        certificate: &Certificate,
        directory: &str,
        items: &[usize],
        choice: &Choice,
    ) -> Result<Vec<u8>, Failure> {
        let failed = |error: ExportError| Failure::new(error.to_string());
        let Published { record, tree, organisation, standard, ledger, verified, .. } = self.published;
        let mut names = Names::default();
        let page_file = names.give("index.html");
        let answers_file = names.give("answers.json");
        names.give("SHA256SUMS");
        let certificate_file = names.give(&format!("certificate.{}", Format::BEST.extension()));
        let mut files = Vec::new();
        // A plain tag proves nothing in a file; everything else here stands without it.
        let proof = proof::make(&ledger.repository, verified).ok();
        let proof_file = proof.map(|bytes| {
            let name = names.give("proof.txt");
            files.push(PackFile { name: name.clone(), bytes });
            name
        });
        files.push(PackFile { name: certificate_file.clone(), bytes: certificate::bytes(certificate, Format::BEST)? });
        let mut committed = |path: String| -> Result<String, Failure> {
            let bytes = tree.read(&path, LARGEST).map_err(|error| Failure::new(format!("{path}: {error}")))?;
            let name = names.give(&path);
            files.push(PackFile { name: name.clone(), bytes });
            Ok(name)
        };
        let record_file = committed(record::record_path(&record.edition, &record.number))?;
        let list_file = committed(record::list_path(&record.edition, &record.number))?;
        let bank_file = committed(record::bank_path(&record.standard, &record.edition, &record.bank.digest))?;

        let view = View {
            organisation,
            standard,
            previous: None,
            assessment: &self.assessment,
            answers: &self.answers,
            now: record.date.into(),
            items,
        };
        let report = answers::json(&view);
        let mut packed: BTreeMap<&str, PackDocument> = BTreeMap::new();
        let mut entries = Vec::new();
        for (at, answer) in items.iter().zip(&report.items) {
            let mut documents = Vec::new();
            for evidence in self.evidence(*at) {
                let Some(path) = evidence.file.as_deref() else {
                    documents.push(PackDocument::Elsewhere);
                    continue;
                };
                let known = packed.get(path).cloned();
                let found = known.unwrap_or_else(|| self.document(path, evidence, &mut names, &mut files));
                packed.insert(path, found.clone());
                documents.push(found);
            }
            entries.push(PackItem { answer: answer.clone(), documents });
        }
        let pack = Pack {
            certificate: certificate.clone(),
            choice: choice.clone(),
            items: entries,
            publications: self.publications.clone(),
            certificate_file,
            proof_file,
            record_file,
            list_file,
            bank_file,
        };
        let page = document::page(&pack).map_err(failed)?;
        let text = serde_json::to_string_pretty(&report).map_err(|error| Failure::new(error.to_string()))?;
        files.push(PackFile { name: page_file, bytes: page.into_bytes() });
        files.push(PackFile { name: answers_file, bytes: format!("{text}\n").into_bytes() });
        files.sort_by(|a, b| a.name.cmp(&b.name));
        document::zip(directory, &files, record.date).map_err(failed)
    }

    /// A file of the publication's commit, put into the pack; what Git LFS keeps comes from the work tree where it is
    /// the same file.
    fn document(&self, path: &str, evidence: &Evidence, names: &mut Names, files: &mut Vec<PackFile>) -> PackDocument {
        if evidence.is_private() {
            return PackDocument::LeftOut("it is kept private, outside the repository");
        }
        let mut bytes = match self.published.tree.read(path, LARGEST) {
            Ok(bytes) => bytes,
            Err(crate::tree::TreeError::TooLarge(_)) => return PackDocument::LeftOut("it is too large for a pack"),
            Err(_) => return PackDocument::LeftOut("it cannot be read"),
        };
        if bytes.len() <= 1024
            && let Some(oid) = lfs_oid(&bytes)
        {
            let work = &self.published.ledger.work;
            let whole = work.read(path, LARGEST).ok().filter(|_| work.sha256(path).ok().as_ref() == Some(&oid));
            match whole.filter(|whole| lfs_oid(&whole[..whole.len().min(1024)]).is_none()) {
                Some(whole) => bytes = whole,
                None => return PackDocument::LeftOut("it is kept by Git LFS and is not at hand"),
            }
        }
        let name = names.give(path);
        files.push(PackFile { name: name.clone(), bytes });
        PackDocument::Inside(name)
    }
}
