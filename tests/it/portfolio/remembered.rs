//! A cache never changes a result.

use super::{Folio, edit};
use proptest::prelude::*;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Something that happens to a client's files between two runs.
#[derive(Debug, Clone)]
enum Event {
    /// An answer's tick is turned, and the file's time set back as some tools do.
    Untick {
        client: usize,
        same_time: bool,
    },
    /// A byte of the answers changes and the size does not.
    SameSize {
        client: usize,
        same_time: bool,
    },
    DropEvidence {
        client: usize,
    },
    AddPlan {
        client: usize,
    },
    AddToolkit {
        client: usize,
    },
    Rename {
        client: usize,
    },
    Gone {
        client: usize,
    },
    /// The cache itself is cut off, garbled, taken away or put back from before.
    Cut(usize),
    Garble(usize),
    NoCache,
    OldCache,
}

fn event() -> impl Strategy<Value = Event> {
    let client = 0..3_usize;
    prop_oneof![
        (client.clone(), any::<bool>()).prop_map(|(client, same_time)| Event::Untick { client, same_time }),
        (client.clone(), any::<bool>()).prop_map(|(client, same_time)| Event::SameSize { client, same_time }),
        client.clone().prop_map(|client| Event::DropEvidence { client }),
        client.clone().prop_map(|client| Event::AddPlan { client }),
        client.clone().prop_map(|client| Event::AddToolkit { client }),
        client.clone().prop_map(|client| Event::Rename { client }),
        client.prop_map(|client| Event::Gone { client }),
        (0..4000_usize).prop_map(Event::Cut),
        (0..4000_usize).prop_map(Event::Garble),
        Just(Event::NoCache),
        Just(Event::OldCache),
    ]
}

fn happen(folio: &Folio, event: &Event, old: &mut Option<Vec<u8>>) {
    let cache = folio.root.join(".dspt/cache/status.txt");
    let keeping_time = |path: &Path, keep: bool, change: &dyn Fn(String) -> String| {
        let Ok(time) = fs::metadata(path).and_then(|found| found.modified()) else { return };
        edit(path, change);
        if keep {
            fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
        }
    };
    let answers = |client: usize| folio.client(client).join("assessments/2025-26.toml");
    match event {
        Event::Untick { client, same_time } => {
            keeping_time(&answers(*client), *same_time, &|text| text.replacen("tick = true", "tick = false", 1));
        }
        Event::SameSize { client, same_time } => {
            keeping_time(&answers(*client), *same_time, &|text| text.replacen("text = \"What", "text = \"TODO", 1));
        }
        Event::DropEvidence { client } => {
            let files = fs::read_dir(folio.client(*client).join("evidence")).into_iter().flatten().flatten();
            if let Some(file) = files.map(|file| file.path()).min() {
                fs::remove_file(file).unwrap();
            }
        }
        Event::AddPlan { client } => {
            let path = folio.client(*client).join("action-plans/2025-26.toml");
            let _ = fs::create_dir_all(path.parent().unwrap());
            let _ = fs::write(path, "[actions.\"1.1.5\"]\naction = \"See to it\"\ntarget = 2026-01-01\n");
        }
        Event::AddToolkit { client } => {
            let path = folio.client(*client).join("publications/toolkit.toml");
            let _ = fs::create_dir_all(path.parent().unwrap());
            let entry = "[[published]]\nedition = \"2025-26\"\nlevel = \"standards-met\"\ndate = 2026-02-20\n";
            let _ = fs::write(path, entry);
        }
        Event::Rename { client } => {
            let _ = fs::rename(answers(*client), answers(*client).with_extension("toml.bak"));
        }
        Event::Gone { client } => {
            let _ = fs::remove_dir_all(folio.client(*client));
        }
        Event::Cut(at) => {
            if let Ok(bytes) = fs::read(&cache) {
                fs::write(&cache, &bytes[..bytes.len().min(*at)]).unwrap();
            }
        }
        Event::Garble(at) => {
            if let Ok(mut bytes) = fs::read(&cache) {
                let at = at % bytes.len().max(1);
                bytes[at] ^= 1;
                fs::write(&cache, bytes).unwrap();
            }
        }
        Event::NoCache => drop(fs::remove_dir_all(folio.root.join(".dspt"))),
        Event::OldCache => {
            let now = fs::read(&cache).ok();
            if let Some(bytes) = old.take() {
                fs::write(&cache, bytes).unwrap();
            }
            *old = now;
        }
    }
}

/// Sets every file's time back, so that nothing is too new to be trusted.
fn settle(directory: &Path) {
    // Thirty years after 1970: long before any run.
    let past = SystemTime::UNIX_EPOCH + Duration::from_hours(30 * 365 * 24);
    for entry in fs::read_dir(directory).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            settle(&entry.path());
        }
        fs::File::open(entry.path()).unwrap().set_modified(past).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn what_is_remembered_is_what_would_be_found(events in prop::collection::vec((event(), any::<bool>()), 1..6)) {
        let folio = Folio::new(3);
        settle(&folio.root);
        let mut old = None;
        let first = folio.json(&["status"]);
        prop_assert_eq!(&first, &folio.json(&["status"]));
        for (event, settled) in &events {
            happen(&folio, event, &mut old);
            if *settled {
                settle(&folio.root);
            }
            let warm = folio.json(&["status"]);
            let cold = folio.json(&["status", "--no-cache"]);
            prop_assert_eq!(warm, cold, "{:?}", event);
        }
    }
}

#[test]
fn a_second_run_reads_nothing_and_a_touched_file_is_read_again() {
    let folio = Folio::new(3);
    settle(&folio.root);
    let lint = |args: &[&str]| folio.run(&[&["lint", "--format", "concise"], args].concat()).stdout;
    let first = lint(&[]);
    let cache = folio.root.join(".dspt/cache/lint.txt");
    assert_eq!(fs::read_to_string(folio.root.join(".dspt/cache/.gitignore")).unwrap(), "*\n");
    let written = fs::metadata(&cache).unwrap().modified().unwrap();
    assert_eq!(fs::read_to_string(&cache).unwrap().lines().count(), 4, "a head and a line a client");
    assert_eq!(lint(&[]), first);
    assert_eq!(fs::metadata(&cache).unwrap().modified().unwrap(), written, "nothing was found out anew");
    // What the cache says is what is shown: so it was used.
    let text = fs::read_to_string(&cache).unwrap();
    assert!(text.contains("c000001"));
    // Another day, another edition or another format is another question.
    let other = folio.run(&["lint", "--format", "json"]);
    assert!(other.stdout.starts_with(b"{"));
    let answers = folio.client(0).join("assessments/2025-26.toml");
    edit(&answers, |text| text.replacen("text = \"What", "text = \"TODO", 1));
    let second = lint(&[]);
    assert_ne!(first, second);
    assert_eq!(second, lint(&["--no-cache"]));
}

#[test]
fn no_cache_leaves_nothing_behind() {
    let folio = Folio::new(1);
    assert_eq!(folio.run(&["lint", "--no-cache"]).stdout, folio.run(&["lint", "--no-cache"]).stdout);
    assert!(!folio.root.join(".dspt").exists());
}
