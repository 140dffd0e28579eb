//! The language server: what `dspt lint` finds, as one types, and the questions beside the answers.
//!
//! It reads workspaces as every command does, through an overlay in which open files stand as they are in the editor,
//! and runs the same lint: an editor and CI never disagree. It writes nothing itself; fixes are given to the editor.
//! Messages are taken in before anything is judged, so that fast typing costs one lint and not one for each letter.

mod completion;
mod findings;
mod hover;
mod outline;
mod spot;
mod texts;
pub mod wire;

use crate::assess::{self, Assessment, Case};
use crate::bank::Banks;
use crate::diagnostic::Finding;
use crate::lint::{self, Known, Setting};
use crate::model::{Answers, Organisation, Standard};
use crate::source::Document;
use crate::tree::{Tree as _, WorkTree};
use crate::workspace::{Editioned, ORGANISATION_FILE, Scope, Workspace};
use findings::Pages;
use jiff::civil::DateTime;
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionProvider, CompletionOptions,
    CompletionParams, Contents, DefinitionParams, DefinitionProvider, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DocumentSymbolParams, DocumentSymbolProvider, Hover, HoverParams, HoverProvider,
    InitializeResult, Location, MarkupContent, MarkupKind, MessageType, Position, PositionEncodingKind,
    PublishDiagnosticsParams, Range, Save, ServerCapabilities, ServerInfo, ShowMessageParams, TextDocumentSync,
    TextDocumentSyncKind, TextDocumentSyncOptions, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use texts::{Lines, Overlay};
use wire::{Incoming, Refusal};

/// What the server is given from outside: it sees no clock and knows no command line.
#[derive(Clone, Copy)]
pub struct Outside<'a> {
    /// The minute to judge on.
    pub now: &'a dyn Fn() -> DateTime,
    /// The banks that judge the workspace in a directory.
    pub banks: &'a dyn Fn(&Path) -> Banks,
}

/// How a client left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It asked for a shutdown and then said that it goes.
    AsAgreed,
    /// It went without asking, or what it sent could not be followed any further.
    Abruptly,
}

/// How far a client has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Before,
    Serving,
    Ending,
}

/// Serves one client until it goes.
pub fn serve(input: impl BufRead + Send + 'static, output: impl Write + Send + 'static, outside: Outside<'_>) -> Ended {
    let incoming = wire::reading(input);
    let mut waiting = VecDeque::new();
    let mut stage = Stage::Before;
    let mut session = Session {
        output: RefCell::new(Box::new(output)),
        outside,
        open: BTreeMap::new(),
        roots: BTreeMap::new(),
        shown: BTreeMap::new(),
    };
    loop {
        waiting.extend(incoming.try_iter());
        let message = match waiting.pop_front() {
            Some(message) => message,
            // Nothing waits: now is the time to judge.
            None => {
                session.judge_all();
                match incoming.recv() {
                    Ok(message) => message,
                    Err(_) => return Ended::Abruptly,
                }
            }
        };
        match message {
            Incoming::Request { id, method, params } => match (stage, method.as_str()) {
                (Stage::Before, "initialize") => {
                    stage = Stage::Serving;
                    session.greet(&id);
                }
                (Stage::Before, _) => session.refuse(&id, Refusal::NotInitialized, "initialize comes first"),
                (Stage::Serving, "shutdown") => {
                    stage = Stage::Ending;
                    session.send(&wire::result(&id, &Value::Null));
                }
                (Stage::Serving, "initialize") => session.refuse(&id, Refusal::Invalid, "initialize comes once"),
                (Stage::Serving, _) if is_cancelled(&waiting, &id) => {
                    session.refuse(&id, Refusal::Cancelled, "cancelled before it was begun");
                }
                (Stage::Serving, _) => session.answer(&id, &method, params),
                (Stage::Ending, _) => session.refuse(&id, Refusal::Invalid, "the server was asked to shut down"),
            },
            Incoming::Notification { method, params } => match (stage, method.as_str()) {
                (Stage::Ending, "exit") => return Ended::AsAgreed,
                (_, "exit") => return Ended::Abruptly,
                (Stage::Serving, method) => session.note(method, params),
                (Stage::Before | Stage::Ending, _) => {}
            },
            Incoming::Response { .. } => {}
            Incoming::Refused { id, refusal, text } => session.refuse(&id, refusal, &text),
        }
    }
}

/// Whether a request that still waits was taken back.
fn is_cancelled(waiting: &VecDeque<Incoming>, id: &Value) -> bool {
    waiting.iter().any(|message| match message {
        Incoming::Notification { method, params } => method == "$/cancelRequest" && params.get("id") == Some(id),
        _ => false,
    })
}

fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        // What every client has to know, whatever else it offers.
        position_encoding: Some(PositionEncodingKind::UTF16),
        text_document_sync: Some(TextDocumentSync::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::Incremental),
            save: Some(Save::Bool(true)),
            ..TextDocumentSyncOptions::default()
        })),
        hover_provider: Some(HoverProvider::Bool(true)),
        definition_provider: Some(DefinitionProvider::Bool(true)),
        document_symbol_provider: Some(DocumentSymbolProvider::Bool(true)),
        code_action_provider: Some(CodeActionProvider::CodeActionOptions(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QuickFix]),
            ..CodeActionOptions::default()
        })),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(["[", "\"", ".", "=", ":", " "].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        ..ServerCapabilities::default()
    }
}

/// A file open in the editor.
struct Open {
    root: PathBuf,
    /// From the workspace, with `/`.
    path: String,
    uri: Uri,
    version: i32,
    text: String,
    /// A change of it could not be read: what stands here is no longer what the editor shows.
    lost: bool,
}

/// A workspace that open files belong to.
#[derive(Default)]
struct Root {
    /// As it was judged last; none where something has changed since.
    judged: Option<Judged>,
    /// The banks, and the directories that organisation.toml named when they were read.
    banks: Option<(Vec<String>, Banks)>,
}

struct Judged {
    workspace: Workspace,
    overlay: Overlay,
    findings: Vec<Finding>,
}

struct Session<'a> {
    output: RefCell<Box<dyn Write + Send>>,
    outside: Outside<'a>,
    /// By address.
    open: BTreeMap<String, Open>,
    roots: BTreeMap<PathBuf, Root>,
    /// The files of a workspace that findings are shown for, under the address where they are, so that they can be taken
    /// away: editors spell one address in several ways.
    shown: BTreeMap<PathBuf, BTreeMap<String, Uri>>,
}

impl Session<'_> {
    fn send(&self, message: &Value) {
        // A client that has gone is noticed when the next message is awaited.
        let _ = wire::write(&mut *self.output.borrow_mut(), message);
    }

    fn refuse(&self, id: &Value, refusal: Refusal, text: &str) {
        self.send(&wire::error(id, refusal, text));
    }

    fn greet(&self, id: &Value) {
        let result = InitializeResult {
            capabilities: capabilities(),
            server_info: Some(ServerInfo {
                name: "dspt".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        };
        self.send(&wire::result(id, &value(result)));
    }

    fn note(&mut self, method: &str, params: Value) {
        match method {
            "textDocument/didOpen" => {
                let Some(params) = read::<DidOpenTextDocumentParams>(params) else { return };
                let document = params.text_document;
                if let Some((root, path)) = belongs(&document.uri) {
                    self.roots.entry(root.clone()).or_default().judged = None;
                    let (uri, version) = (document.uri.clone(), document.version);
                    let text = Open { root, path, uri, version, text: document.text, lost: false };
                    self.open.insert(document.uri.to_string(), text);
                }
            }
            "textDocument/didChange" => {
                let named = params.pointer("/textDocument/uri").and_then(Value::as_str).map(str::to_owned);
                let open = named.as_deref().and_then(|uri| self.open.get(uri));
                let Some(params) = texts::changes(params, open.map_or(0, |text| text.version)) else {
                    return self.lose(named.as_deref());
                };
                let id = params.text_document;
                let Some(text) = self.open.get_mut(id.text_document_identifier.uri.as_str()) else { return };
                text.version = id.version;
                for event in params.content_changes {
                    text.lost &= !texts::is_whole(&event);
                    texts::change(&mut text.text, event);
                }
                self.roots.entry(text.root.clone()).or_default().judged = None;
            }
            "textDocument/didClose" => {
                let Some(params) = read::<DidCloseTextDocumentParams>(params) else { return };
                if let Some(text) = self.open.remove(params.text_document.uri.as_str()) {
                    self.closed(&text.root);
                }
            }
            // Evidence and files that are not open may have changed on disk.
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {
                for root in self.roots.values_mut() {
                    root.judged = None;
                    root.banks = None;
                }
            }
            _ => {}
        }
    }

    /// A change that cannot be followed is said, once, and nothing more is told of a text that the editor no longer has.
    fn lose(&mut self, uri: Option<&str>) {
        let Some(text) = uri.and_then(|uri| self.open.get_mut(uri)).filter(|text| !text.lost) else { return };
        text.lost = true;
        self.roots.entry(text.root.clone()).or_default().judged = None;
        let message = format!(
            "dspt could not follow a change of {}, and shows nothing in it until it is closed and opened again",
            text.path
        );
        let params = ShowMessageParams { kind: MessageType::Warning, message };
        self.send(&wire::notification("window/showMessage", &value(params)));
    }

    /// A workspace without open files is watched no longer: its findings go.
    fn closed(&mut self, root: &Path) {
        if self.open.values().any(|text| text.root == *root) {
            self.roots.entry(root.to_owned()).or_default().judged = None;
            return;
        }
        self.roots.remove(root);
        for uri in self.shown.remove(root).unwrap_or_default().into_values() {
            self.publish(uri, None, Vec::new());
        }
    }

    fn publish(&self, uri: Uri, version: Option<i32>, diagnostics: Vec<lsp_types::Diagnostic>) {
        let params = PublishDiagnosticsParams { uri, version, diagnostics };
        self.send(&wire::notification("textDocument/publishDiagnostics", &value(params)));
    }

    /// The address of a file of a workspace, spelled as the editor spells it where it is open.
    fn address(&self, root: &Path, path: &str) -> Option<Uri> {
        let open = self.open.values().find(|text| text.root == *root && text.path == path);
        open.map(|text| text.uri.clone()).or_else(|| Uri::from_file_path(root.join(path)).ok())
    }

    fn judge_all(&mut self) {
        let roots: Vec<PathBuf> = self.roots.keys().cloned().collect();
        for root in roots {
            self.judge(&root);
        }
    }

    /// Lints a workspace where something has changed since, and shows what was found.
    fn judge(&mut self, root: &Path) {
        let Some(state) = self.roots.get_mut(root) else { return };
        if state.judged.is_some() {
            return;
        }
        let own = self.open.values().filter(|text| text.root == *root);
        let open: BTreeMap<String, String> = own.map(|text| (text.path.clone(), text.text.clone())).collect();
        let overlay = Overlay { disk: WorkTree::new(root), open };
        let workspace = Workspace::load(&overlay, Scope::All);
        let named = workspace.organisation.as_ref().map(|(_, organisation)| organisation.value.standards.clone());
        let named = named.unwrap_or_default();
        let banks = match state.banks.take() {
            Some((known, banks)) if known == named => banks,
            _ => (self.outside.banks)(root),
        };
        // A file that is open is judged in full, as one that is named on the command line.
        let in_full: Vec<String> = workspace
            .answers
            .iter()
            .filter(|answers| overlay.open.contains_key(&workspace.file(answers.file).path))
            .map(|answers| answers.edition.clone())
            .collect();
        let now = (self.outside.now)();
        let setting = Setting { tree: &overlay, banks: &banks, now, in_full: &in_full };
        let findings =
            lint::lint(&workspace, setting, Known::default()).map(|result| result.findings).unwrap_or_default();
        state.banks = Some((named, banks));
        state.judged = Some(Judged { workspace, overlay, findings });
        self.show(root);
    }

    fn show(&mut self, root: &Path) {
        let Some(judged) = self.roots.get(root).and_then(|state| state.judged.as_ref()) else { return };
        let address = |path: &str| self.address(root, path);
        let pages = Pages::of(&judged.workspace, &address);
        let mut by_file: BTreeMap<String, Vec<lsp_types::Diagnostic>> = BTreeMap::new();
        for finding in &judged.findings {
            by_file.entry(finding.place.file.clone()).or_default().push(pages.diagnostic(finding));
        }
        // A file without findings is told so, the open ones always: the editor waits for it.
        let mut before = self.shown.get(root).cloned().unwrap_or_default();
        for path in before.keys().chain(judged.overlay.open.keys()) {
            by_file.entry(path.clone()).or_default();
        }
        let mut shown = BTreeMap::new();
        for (path, diagnostics) in by_file {
            let Some(uri) = self.address(root, &path) else { continue };
            let open = self.open.values().find(|text| text.root == *root && text.path == path);
            let diagnostics = if open.is_some_and(|text| text.lost) { Vec::new() } else { diagnostics };
            if let Some(old) = before.remove(&path).filter(|old| *old != uri) {
                self.publish(old, None, Vec::new());
            }
            if !diagnostics.is_empty() {
                shown.insert(path, uri.clone());
            }
            self.publish(uri, open.map(|text| text.version), diagnostics);
        }
        self.shown.insert(root.to_owned(), shown);
    }

    fn answer(&mut self, id: &Value, method: &str, params: Value) {
        match method {
            "textDocument/hover" => self.reply(id, params, Self::hover),
            "textDocument/completion" => self.reply(id, params, Self::complete),
            "textDocument/definition" => self.reply(id, params, Self::define),
            "textDocument/documentSymbol" => self.reply(id, params, Self::outline),
            "textDocument/codeAction" => self.reply(id, params, Self::act),
            _ => self.refuse(id, Refusal::Unknown, &format!("dspt does not answer {method}")),
        }
    }

    fn reply<P: DeserializeOwned, R: Serialize>(
        &mut self,
        id: &Value,
        params: Value,
        answer: impl Fn(&mut Self, P) -> Option<R>,
    ) {
        match serde_json::from_value(params) {
            Ok(params) => {
                let answer = answer(self, params);
                self.send(&wire::result(id, &value(answer)));
            }
            Err(error) => self.refuse(id, Refusal::WrongParams, &error.to_string()),
        }
    }

    /// The page that an address names, judged as it stands.
    fn page(&mut self, uri: &Uri) -> Option<Page<'_>> {
        let text = self.open.get(uri.as_str()).filter(|text| !text.lost)?;
        let (root, path) = (text.root.clone(), text.path.clone());
        self.judge(&root);
        let state = self.roots.get(&root)?;
        let (judged, (_, banks)) = (state.judged.as_ref()?, state.banks.as_ref()?);
        let workspace = &judged.workspace;
        let file = workspace.files.iter().position(|file| file.path == path)?;
        let of_answers =
            workspace.answers.iter().find(|answers| answers.file.0 == file).map(|answers| &answers.edition);
        let of_plan = || workspace.plans.iter().find(|plan| plan.file.0 == file).map(|plan| &plan.edition);
        let edition = of_answers.or_else(of_plan);
        let answers = workspace.answers.iter().find(|answers| Some(&answers.edition) == edition);
        let standard = match answers {
            Some(answers) => banks.find(&answers.decoded.value.standard, &answers.edition)?.standard().ok()?,
            None => lint::standard_at_hand(workspace, banks)?.ok()?,
        };
        Some(Page { judged, document: &workspace.files[file].document, answers, standard, root, path })
    }

    fn hover(&mut self, params: HoverParams) -> Option<Hover> {
        let place = params.text_document_position_params;
        let now = (self.outside.now)();
        let page = self.page(&place.text_document.uri)?;
        let lines = Lines::of(&page.document.text);
        let at = lines.offset(page.inside(place.position));
        let assessment = page.assess(now);
        let (value, marked) = hover::hover(page.document, at, &page.standard, assessment.as_ref())?;
        let contents = Contents::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value });
        Some(Hover { contents, range: Some(page.outside(lines.range(marked))) })
    }

    fn complete(&mut self, params: CompletionParams) -> Option<Vec<lsp_types::CompletionItem>> {
        let place = params.text_document_position_params;
        let day = (self.outside.now)().date();
        let page = self.page(&place.text_document.uri)?;
        let lines = Lines::of(&page.document.text);
        let organisation = page.organisation();
        let around = completion::Surroundings {
            document: page.document,
            standard: &page.standard,
            organisation: &organisation,
            tree: &page.judged.overlay,
            day,
        };
        Some(completion::complete(around, &lines, page.inside(place.position)))
    }

    fn define(&mut self, params: DefinitionParams) -> Option<Location> {
        let place = params.text_document_position_params;
        let page = self.page(&place.text_document.uri)?;
        let at = Lines::of(&page.document.text).offset(page.inside(place.position));
        let path = outline::evidence_at(page.document, at)?;
        // A path that leads out of the workspace leads nowhere.
        page.judged.overlay.entry(&path).ok()?;
        let uri = Uri::from_file_path(page.root.join(path)).ok()?;
        Some(Location { uri, range: Range::default() })
    }

    fn outline(
        &mut self,
        DocumentSymbolParams { text_document, .. }: DocumentSymbolParams,
    ) -> Option<Vec<lsp_types::DocumentSymbol>> {
        let now = (self.outside.now)();
        let page = self.page(&text_document.uri)?;
        let lines = Lines::of(&page.document.text);
        let assessment = page.assess(now);
        Some(outline::symbols(page.document, &lines, &page.standard, assessment.as_ref()))
    }

    fn act(&mut self, params: CodeActionParams) -> Option<Vec<CodeAction>> {
        let uri = params.text_document.uri;
        let (root, path) = {
            let page = self.page(&uri)?;
            (page.root, page.path)
        };
        let judged = self.roots.get(&root)?.judged.as_ref()?;
        let address = |path: &str| self.address(&root, path);
        let pages = Pages::of(&judged.workspace, &address);
        let here = judged.findings.iter().filter(|finding| finding.place.file == path);
        let touched = here.filter(|finding| findings::touches(&pages.range(&finding.place), &params.range));
        let fixes = touched.flat_map(|finding| finding.fixes.iter().map(move |fix| (finding, fix)));
        Some(fixes.map(|(finding, fix)| pages.action(finding, fix)).collect())
    }
}

/// An open file with what judges it.
struct Page<'s> {
    judged: &'s Judged,
    document: &'s Document,
    /// The answers of the file's edition, where there are any.
    answers: Option<&'s Editioned<Answers>>,
    standard: Arc<Standard>,
    root: PathBuf,
    path: String,
}

impl Page<'_> {
    fn organisation(&self) -> Organisation {
        self.judged.workspace.organisation.as_ref().map(|(_, decoded)| decoded.value.clone()).unwrap_or_default()
    }

    fn assess(&self, now: DateTime) -> Option<Assessment> {
        let answers = &self.answers?.decoded.value;
        let organisation = self.organisation();
        let history = lint::history_of(&self.judged.workspace, &self.standard);
        Some(assess::assess(Case {
            standard: &self.standard,
            organisation: &organisation,
            answers,
            plan: None,
            plan_document: false,
            history: &history,
            day: now.date(),
        }))
    }

    /// A place of the editor's text in ours, which has no byte order mark.
    fn inside(&self, mut position: Position) -> Position {
        if position.line == 0 && self.document.byte_order_mark {
            position.character = position.character.saturating_sub(1);
        }
        position
    }

    fn outside(&self, mut range: Range) -> Range {
        for position in [&mut range.start, &mut range.end] {
            position.character += u32::from(position.line == 0 && self.document.byte_order_mark);
        }
        range
    }
}

fn read<P: DeserializeOwned>(params: Value) -> Option<P> {
    serde_json::from_value(params).ok()
}

/// What the protocol's types are always good for.
fn value(of: impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or_default()
}

/// The workspace that a file belongs to, and its path there; none for files of no workspace.
fn belongs(uri: &Uri) -> Option<(PathBuf, String)> {
    let file = uri.to_file_path().ok()?;
    let root =
        file.ancestors().skip(1).find(|directory| directory.join(ORGANISATION_FILE).symlink_metadata().is_ok())?;
    let path = file.strip_prefix(root).ok()?.to_str()?.replace('\\', "/");
    Some((root.to_owned(), path))
}
