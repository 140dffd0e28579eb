//! What a finding is known by from one run to the next: its rule, file, item or subject, and the text of its line, never its line
//! number, so that lines that move are not news.

use super::Finding;
use super::render::Findings;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;

/// The fingerprints of findings, one each, in hexadecimal. `prefix` is where the workspace lies in its repository. Of
/// several findings that nothing else tells apart, the first, second and third are told by that.
///
/// What the sensitive rules found takes no part: a digest of ten digits would soon be turned back into them.
pub fn fingerprints<'f>(
    findings: Findings<'_>,
    prefix: &str,
    list: impl IntoIterator<Item = &'f Finding>,
) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let list = list.into_iter();
    list.map(|finding| {
        let mut digest = Sha256::new();
        for part in [
            finding.rule,
            prefix,
            &finding.place.file,
            finding.item.as_deref().or(finding.subject.as_deref()).unwrap_or_default(),
            &line(findings, finding),
        ] {
            digest.update(part);
            digest.update([0]);
        }
        let known = format!("{:x}", digest.finalize());
        let times = seen.entry(known.clone()).or_default();
        *times += 1;
        if *times == 1 {
            return known;
        }
        format!("{:x}", Sha256::digest(format!("{known} {times}")))
    })
    .collect()
}

/// The line where a finding begins, without what must not be shown and without its indentation.
pub fn line(findings: Findings<'_>, finding: &Finding) -> String {
    let (Some(source), Some(span)) = (findings.source(&finding.place.file), finding.place.span) else {
        return String::new();
    };
    let at = (span.start as usize).min(source.len());
    let start = source[..at].rfind('\n').map_or(0, |at| at + 1);
    let end = source[at..].find('\n').map_or(source.len(), |length| at + length);
    let mut bytes = source.as_bytes()[start..end].to_vec();
    for mask in findings.masks(&finding.place.file) {
        let from = (mask.start as usize).clamp(start, end) - start;
        let to = (mask.end as usize).clamp(start, end) - start;
        bytes[from..to].fill(b'*');
    }
    String::from_utf8_lossy(&bytes).trim().to_owned()
}
