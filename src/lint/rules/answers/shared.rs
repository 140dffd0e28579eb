//! Answers that came from a library of the portfolio: what the rules about them share.
//!
//! Whether such an answer is as the library has it can be said only where the library is at hand; elsewhere the rules
//! that need it keep silent, since an organisation's repository stands alone.

use crate::library::{Standing, Subject};
use crate::lint::{Context, Judged};
use crate::model::{Answer, Item, LibrarySource};

/// An answer that came from a library, and where it stands to it today, as far as that can be said.
pub(super) struct Shared<'a> {
    pub item: &'a Item,
    pub from: &'a LibrarySource,
    pub standing: Option<Standing>,
}

/// The organisation's own answers that came from a library and may have.
pub(super) fn shared<'a>(context: &Context<'_>, judged: &Judged<'a>) -> Vec<Shared<'a>> {
    let of_libraries = judged.answered().filter_map(|(item, answer)| Some((item, answer, answer.from.as_ref()?)));
    of_libraries
        .filter(|(item, ..)| item.shareable)
        .map(|(item, answer, from)| Shared { item, from, standing: standing(context, judged, item, answer, from) })
        .collect()
}

fn standing(
    context: &Context<'_>,
    judged: &Judged<'_>,
    item: &Item,
    answer: &Answer,
    from: &LibrarySource,
) -> Option<Standing> {
    let subject = Subject { organisation: context.organisation, standard: judged.standard };
    context.workspace.libraries.as_ref()?.standing(context.banks, &subject, item, answer, from)
}

/// The name of the library alone, for the command that writes its answer again.
pub(super) fn library(from: &LibrarySource) -> &str {
    from.library.rsplit_once('/').map_or(from.library.as_str(), |(name, _)| name)
}
