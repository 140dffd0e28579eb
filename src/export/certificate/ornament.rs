//! The ornament behind the level: a ring of fine waves, as on share certificates, drawn from the record's digest, so
//! that hardly two publications have the same one.

use std::f32::consts::TAU;
use std::fmt::Write as _;

/// Points of a closed curve; enough that it looks round in print.
const STEPS: u16 = 540;
/// Waves that lie over each other, each a little further round.
const WAVES: u16 = 6;

/// The paths of a ring around a centre, for `d` of SVG paths. The digest is `sha256:<hex>`; anything else gives the
/// plainest one.
pub(super) fn ring(digest: &str, (x, y): (f32, f32), radius: f32) -> Vec<String> {
    let hex = digest.strip_prefix("sha256:").unwrap_or(digest);
    // A hexadecimal digit fits.
    let digit = |at: usize| {
        let digit = hex.as_bytes().get(at).and_then(|c| char::from(*c).to_digit(16)).unwrap_or(0);
        u8::try_from(digit).unwrap_or(0)
    };
    let petals = f32::from(10 + digit(0));
    let swell = f32::from(2 + digit(1) % 3);
    let depth = 0.11 + 0.004 * f32::from(digit(2));
    let turn = TAU * f32::from(digit(3)) / 16.0;
    (0..WAVES)
        .map(|wave| {
            let phase = TAU * f32::from(wave) / f32::from(WAVES);
            let mut path = String::new();
            for step in 0..STEPS {
                let angle = TAU * f32::from(step) / f32::from(STEPS);
                let envelope = 0.72 + 0.28 * (petals / swell * 2.0).round().mul_add(angle, turn).cos();
                let reach = radius * (1.0 - depth + depth * envelope * (petals * angle + phase).cos());
                let letter = if step == 0 { 'M' } else { 'L' };
                let _ = write!(path, "{letter}{:.1} {:.1}", x + reach * angle.cos(), y + reach * angle.sin());
            }
            path.push('Z');
            path
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::ring;

    #[test]
    fn every_digest_has_its_own() {
        let one = ring("sha256:0123456789abcdef", (0.0, 0.0), 100.0);
        assert_eq!(one, ring("sha256:0123456789abcdef", (0.0, 0.0), 100.0));
        assert_ne!(one, ring("sha256:1123456789abcdef", (0.0, 0.0), 100.0));
        for path in one.iter().chain(&ring("", (0.0, 0.0), 100.0)) {
            for number in path.trim_matches(['M', 'Z']).split(['L', ' ']) {
                assert!(number.parse::<f32>().is_ok_and(|number| number.abs() <= 100.1), "{number}");
            }
        }
    }
}
