//! A sample that nobody can steer: the record's digest draws it, so that who publishes cannot know it beforehand and who
//! checks draws the same.

use sha2::{Digest as _, Sha256};

/// How it is drawn, for whoever wants to draw it again.
pub const SAMPLING: &str = "For each item, SHA-256 of the record's digest (64 hexadecimal digits), one blank and the \
                            item's number; the items with the smallest values are the sample.";

/// So many of some items, by their numbers; their order stays.
pub fn sample<'n>(record_digest: &str, numbers: &[&'n str], size: usize) -> Vec<&'n str> {
    let digest = record_digest.strip_prefix("sha256:").unwrap_or(record_digest);
    let mut drawn: Vec<_> =
        numbers.iter().enumerate().map(|(at, number)| (Sha256::digest(format!("{digest} {number}")), at)).collect();
    drawn.sort();
    drawn.truncate(size);
    drawn.sort_by_key(|(_, at)| *at);
    drawn.into_iter().map(|(_, at)| numbers[at]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_draws_and_order_stays() {
        let numbers = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let one = sample("sha256:00ff", &numbers, 3);
        assert_eq!(one.len(), 3);
        assert!(one.is_sorted());
        assert_eq!(one, sample("00ff", &numbers, 3));
        // printf '00ff a' | sha256sum, and so on: the three smallest.
        let mut by_hand: Vec<(String, &str)> =
            numbers.iter().map(|number| (format!("{:x}", Sha256::digest(format!("00ff {number}"))), *number)).collect();
        by_hand.sort();
        let mut smallest: Vec<&str> = by_hand.iter().take(3).map(|(_, number)| *number).collect();
        smallest.sort_unstable();
        assert_eq!(one, smallest);
        assert_eq!(sample("00ff", &numbers, 100), numbers);
        assert!((0..20).any(|digit| sample(&format!("{digit:02x}"), &numbers, 3) != one));
    }
}
