use super::{entries, quoted};
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "malformed-link",
    group: Group::Evidence,
    severity: Severity::Error,
    summary: "a link that no browser can follow",
    page: include_str!("malformed_link.md"),
    check: Check::Edition(check),
};

fn check(_: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for entry in entries(judged) {
        let Some(link) = entry.evidence.link.as_deref() else { continue };
        let Some(flaw) = flaw(link) else { continue };
        let at = entry.at(judged, "link");
        let draft = Draft::new(&RULE, at.clone(), flaw.message()).help(flaw.help()).item(&entry.item.number);
        let meant = flaw
            .meant(link)
            .filter(|meant| self::flaw(meant).is_none())
            .and_then(|meant| Some((quoted(&meant)?, meant)));
        sink.report(match meant {
            Some((text, meant)) if flaw == Flaw::BlankAround => {
                draft.safe_fix(format!("write {meant}"), vec![(at, text)])
            }
            Some((text, meant)) => draft.unsafe_fix(format!("write {meant}"), vec![(at, text)]),
            None => draft,
        });
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    BlankAround,
    NoScheme,
    OtherScheme,
    NoHost,
    Host,
    Port,
    Blank,
}

impl Flaw {
    fn message(self) -> &'static str {
        match self {
            Self::BlankAround => "there are blanks around this link",
            Self::NoScheme => "this link does not begin with https:// or http://",
            Self::OtherScheme => "this link is no web address",
            Self::NoHost => "this link names no web site",
            Self::Host => "the web site's name in this link cannot be right",
            Self::Port => "the port in this link is no number up to 65535",
            Self::Blank => "there is a blank or another character in this link that a web address cannot hold",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::BlankAround => "take the blanks away",
            Self::NoScheme | Self::NoHost | Self::Host | Self::Port => {
                "copy the whole address from the browser, such as \"https://sunrise.example/privacy\""
            }
            Self::OtherScheme => {
                "give a web address (https://…), a `file` of the workspace, or the `location` where the document is kept"
            }
            Self::Blank => "copy the address from the browser, which writes a blank as %20",
        }
    }

    /// The link as it was most likely meant.
    fn meant(self, link: &str) -> Option<String> {
        match self {
            Self::BlankAround => Some(link.trim().to_owned()),
            Self::Blank => Some(link.trim().replace(' ', "%20")),
            Self::NoScheme if link.split('/').next().is_some_and(|host| host.contains('.')) => {
                Some(format!("https://{}", link.trim()))
            }
            _ => None,
        }
    }
}

/// What keeps a browser from following a link.
fn flaw(link: &str) -> Option<Flaw> {
    if link.trim().len() != link.len() && !link.trim().is_empty() {
        return Some(flaw(link.trim()).unwrap_or(Flaw::BlankAround));
    }
    let after = |scheme: &str| {
        link.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme)).map(|_| &link[scheme.len()..])
    };
    let Some(rest) = after("https://").or_else(|| after("http://")) else {
        let scheme = link.split_once(':').map(|(scheme, _)| scheme);
        let is_scheme = scheme.is_some_and(|word| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-'))
        });
        let is_web = scheme.is_some_and(|word| word.eq_ignore_ascii_case("https") || word.eq_ignore_ascii_case("http"));
        return Some(if is_scheme && !is_web { Flaw::OtherScheme } else { Flaw::NoScheme });
    };
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let site = authority.rsplit_once('@').map_or(authority, |(_, site)| site);
    let (host, port) = match site.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (site, None),
    };
    if host.is_empty() {
        return Some(Flaw::NoHost);
    }
    if !is_host(host) {
        return Some(Flaw::Host);
    }
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Some(Flaw::Port);
    }
    let cannot_stand = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '\\' | '^' | '`' | '{' | '|' | '}')
    };
    rest.contains(cannot_stand).then_some(Flaw::Blank)
}

/// Names parted by full stops, in any language's letters; or an IPv6 address in brackets.
fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[') {
        return address.strip_suffix(']').is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok());
    }
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    host.strip_suffix('.').unwrap_or(host).split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_a_browser_follows_are_let_be() {
        for link in [
            "https://sunrise.example",
            "HTTPS://Sunrise.Example/",
            "http://sunrise.example:8443/privacy/notice.html?lang=en&v=2#top",
            "https://sunrise.example./privacy%20notice",
            "https://pflege-zuhause.bücher.example/ü",
            "https://[2001:db8::1]:8080/x",
            "https://intranet/policies",
            "https://sunrise.example?x=a@b:c",
        ] {
            assert_eq!(flaw(link), None, "{link}");
        }
    }

    #[test]
    fn flaws_are_told_apart() {
        for (link, expected) in [
            ("", Flaw::NoScheme),
            ("  ", Flaw::NoScheme),
            ("https://", Flaw::NoHost),
            ("https:///x", Flaw::NoHost),
            ("sunrise.example/privacy", Flaw::NoScheme),
            ("https//sunrise.example", Flaw::NoScheme),
            ("https:/sunrise.example", Flaw::NoScheme),
            ("javascript:alert(1)", Flaw::OtherScheme),
            ("file:///srv/x", Flaw::OtherScheme),
            ("mailto:jo@sunrise.example", Flaw::OtherScheme),
            ("https://sunrise .example/privacy", Flaw::Host),
            ("https://sunrise..example", Flaw::Host),
            ("https://-sunrise.example", Flaw::Host),
            ("https://sunrise.example:99999/", Flaw::Port),
            ("https://sunrise.example/a b", Flaw::Blank),
            ("https://sunrise.example/a\nb", Flaw::Blank),
            (" https://sunrise.example ", Flaw::BlankAround),
        ] {
            assert_eq!(flaw(link), Some(expected), "{link:?}");
        }
        assert_eq!(Flaw::NoScheme.meant("sunrise.example/x").as_deref(), Some("https://sunrise.example/x"));
        assert_eq!(Flaw::NoScheme.meant("nowhere"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(https://|HTTP://|[a-z0-9.:/@\\[\\]? -]|\\PC){0,30}") {
            let _ = flaw(&text).and_then(|flaw| flaw.meant(&text));
        }
    }
}
