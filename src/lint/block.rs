//! A text in blocks of bytes: which of them are of a kind is told of all at once, as bits.
//!
//! Every byte of every client's files is looked at for names and for what must not be shown. A block of known length
//! lets the compiler compare many bytes with one instruction; what is gone through one by one afterwards are the bits
//! that are set, and not the bytes.

/// Bytes in a block, as many as there are bits to tell of them.
pub const BLOCK: usize = 64;

pub type Block = [u8; BLOCK];

/// Goes over a text: where each block begins, its bytes, and behind each byte the next. Behind the end stand zeros.
#[inline]
pub fn each_block(text: &[u8], mut take: impl FnMut(usize, &Block, &Block)) {
    let mut over = |begin: usize, window: &[u8; BLOCK + 1]| {
        if let (Some(block), Some(next)) = (window.first_chunk(), window.last_chunk()) {
            take(begin, block, next);
        }
    };
    let mut begin = 0;
    while let Some(window) = text[begin..].first_chunk() {
        over(begin, window);
        begin += BLOCK;
    }
    let mut last = [0; BLOCK + 1];
    last[..text.len() - begin].copy_from_slice(&text[begin..]);
    over(begin, &last);
}

/// The bits of the bytes that are of a kind, that of the first byte the lowest.
#[inline]
pub fn bits(block: &Block, is: impl Fn(u8) -> bool) -> u64 {
    bits_of_pairs(block, block, |byte, _| is(byte))
}

/// The same, where the byte behind each counts too. By itself the compiler sees a loop that it can do for many bytes at
/// once; within a longer function it takes it apart byte by byte.
#[inline(never)]
pub fn bits_of_pairs(block: &Block, next: &Block, is: impl Fn(u8, u8) -> bool) -> u64 {
    let mut flags = [0; BLOCK];
    for at in 0..BLOCK {
        flags[at] = u8::from(is(block[at], next[at]));
    }
    // Eight flags of a byte each become eight bits by one multiplication.
    let (eights, _) = flags.as_chunks::<8>();
    let packed = eights.iter().map(|eight| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56);
    packed.enumerate().fold(0, |bits, (at, eight)| bits | eight << (8 * at))
}

/// Whether any byte is of a kind.
#[inline(never)]
pub fn any(block: &Block, is: impl Fn(u8) -> bool) -> bool {
    block.iter().fold(false, |any, byte| any | is(*byte))
}

/// The places of the bits that are set, from the lowest.
#[inline]
pub fn places(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros();
        bits &= bits.checked_sub(1)?;
        Some(place as usize)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_byte_is_told_once_with_the_one_behind_it(text in prop::collection::vec(0..4_u8, 0..300)) {
            let (mut ones, mut pairs) = (Vec::new(), Vec::new());
            each_block(&text, |begin, block, next| {
                ones.extend(places(bits(block, |byte| byte == 1)).map(|at| begin + at));
                pairs.extend(places(bits_of_pairs(block, next, |a, b| a == 1 && b == 2)).map(|at| begin + at));
            });
            let plain: Vec<usize> = (0..text.len()).filter(|at| text[*at] == 1).collect();
            let followed: Vec<usize> = plain.iter().copied().filter(|at| text.get(at + 1) == Some(&2)).collect();
            prop_assert_eq!(ones, plain);
            prop_assert_eq!(pairs, followed);
        }
    }
}
