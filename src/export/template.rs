//! The templates inside the program.

use super::ExportError;
use super::markdown::escaped;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, Value};

/// Name and text; the end of the name decides whether values are escaped: `.html` and `.svg` are.
pub(super) type Template = (&'static str, &'static str);

/// Fills a template in. A name that the template uses and nobody set is an error.
pub(super) fn render(document: &'static str, (name, text): Template, context: Value) -> Result<String, ExportError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // Left to itself the engine would escape HTML and leave SVG as it is.
    environment.set_auto_escape_callback(|name| match name.rsplit('.').next() {
        Some("html" | "svg") => AutoEscape::Html,
        _ => AutoEscape::None,
    });
    // For Markdown, which the engine does not know: `{{ text | md }}`.
    environment.add_filter("md", |text: String| escaped(&text));
    let failed = |error: Error| ExportError { document, reason: format!("{error:#}") };
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    environment.set_syntax(syntax.map_err(failed)?);
    environment.render_named_str(name, text, context).map_err(failed)
}
