//! Messages as they go over the wire: JSON-RPC behind headers, from a client that may send anything.
//!
//! What cannot be understood is answered with an error and the next message is read; only where it is no longer clear
//! at which byte the next one begins does reading end.

use serde_json::{Value, json};
use std::io::{self, BufRead, Read as _, Write};
use std::sync::mpsc::{Receiver, sync_channel};

/// The largest message that is read. Longer ones are passed over; an answers file is refused far below that.
const MAX_BYTES: u64 = 64 << 20;
/// The longest header line.
const MAX_HEADER: u64 = 8 << 10;
/// How many messages are read ahead of the one that is worked on.
const AHEAD: usize = 256;

/// Why a message was not done as asked, with the numbers of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    Unreadable = -32700,
    Invalid = -32600,
    Unknown = -32601,
    WrongParams = -32602,
    NotInitialized = -32002,
    Cancelled = -32800,
}

/// A message from the other side.
#[derive(Debug, Clone, PartialEq)]
pub enum Incoming {
    Request {
        id: Value,
        method: String,
        params: Value,
    },
    Notification {
        method: String,
        params: Value,
    },
    /// To a request of ours.
    Response {
        id: Value,
        answer: Value,
    },
    /// What is none of these, and how it is answered.
    Refused {
        id: Value,
        refusal: Refusal,
        text: String,
    },
}

impl Incoming {
    fn refused(refusal: Refusal, text: impl Into<String>) -> Self {
        Self::Refused { id: Value::Null, refusal, text: text.into() }
    }

    /// What a message is. A request without a usable identity cannot be answered but as refused.
    fn of(message: Value) -> Self {
        let Value::Object(mut message) = message else {
            return Self::refused(Refusal::Invalid, "a message is an object");
        };
        let id = message.remove("id");
        match message.remove("method") {
            Some(Value::String(method)) => {
                let params = message.remove("params").unwrap_or_default();
                match id {
                    None => Self::Notification { method, params },
                    Some(id) if id.is_string() || id.is_i64() || id.is_u64() => Self::Request { id, method, params },
                    Some(_) => Self::refused(Refusal::Invalid, "the id of a request is a whole number or a text"),
                }
            }
            Some(_) => Self::refused(Refusal::Invalid, "the method of a message is a text"),
            None => match message.remove("result").or_else(|| message.remove("error")) {
                Some(answer) => Self::Response { id: id.unwrap_or_default(), answer },
                None => Self::refused(Refusal::Invalid, "a message has a method, or the result of one"),
            },
        }
    }
}

/// Reads a message; none at the end, and where the next one cannot be found.
pub fn read(input: &mut impl BufRead) -> Option<Incoming> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        input.by_ref().take(MAX_HEADER).read_until(b'\n', &mut line).ok()?;
        let line = line.strip_suffix(b"\n")?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
        if name.trim().eq_ignore_ascii_case("Content-Length") {
            length = Some(value.trim().parse::<u64>().ok()?);
        }
    }
    let length = length?;
    let mut body = input.by_ref().take(length);
    if length > MAX_BYTES {
        let passed = io::copy(&mut body, &mut io::sink()).ok()?;
        return (passed == length).then(|| Incoming::refused(Refusal::Invalid, "the message is too large"));
    }
    // The length is only claimed: room is made as bytes come.
    let mut bytes = Vec::new();
    body.read_to_end(&mut bytes).ok()?;
    if bytes.len() as u64 != length {
        return None;
    }
    Some(match serde_json::from_slice(&bytes) {
        Ok(message) => Incoming::of(message),
        Err(error) => Incoming::refused(Refusal::Unreadable, format!("the message cannot be read: {error}")),
    })
}

/// Writes a message.
pub fn write(output: &mut impl Write, message: &Value) -> io::Result<()> {
    let text = message.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

pub(super) fn result(id: &Value, result: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "result": result })
}

pub(super) fn error(id: &Value, refusal: Refusal, text: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": refusal as i32, "message": text } })
}

pub(super) fn notification(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "method": method, "params": params })
}

/// Reads ahead on a thread of its own, so that it is known what waits. The thread ends with the input, or when nobody
/// takes its messages any more.
pub(super) fn reading(mut input: impl BufRead + Send + 'static) -> Receiver<Incoming> {
    let (sender, receiver) = sync_channel(AHEAD);
    std::thread::spawn(move || {
        while let Some(message) = read(&mut input) {
            if sender.send(message).is_err() {
                break;
            }
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut bytes: &[u8]) -> Vec<Incoming> {
        std::iter::from_fn(|| read(&mut bytes)).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let mut bytes = Vec::new();
        let params = json!({ "text": "é😀" });
        write(&mut bytes, &notification("a/b", &params)).unwrap();
        write(&mut bytes, &result(&json!(7), &Value::Null)).unwrap();
        let expected = [
            Incoming::Notification { method: "a/b".to_owned(), params },
            Incoming::Response { id: json!(7), answer: Value::Null },
        ];
        assert_eq!(all(&bytes), expected);
    }

    #[test]
    fn what_cannot_be_understood_is_refused_and_reading_goes_on() {
        let good = b"content-length: 14\n\n{\"method\":\"a\"}";
        for (body, refusal) in [
            ("{{{{{", Refusal::Unreadable),
            ("\u{feff}", Refusal::Unreadable),
            ("[]", Refusal::Invalid),
            ("{}", Refusal::Invalid),
            ("{\"method\":7}", Refusal::Invalid),
            ("{\"method\":\"a\",\"id\":null}", Refusal::Invalid),
            ("{\"method\":\"a\",\"id\":1.5}", Refusal::Invalid),
            (&"[".repeat(100_000), Refusal::Unreadable),
        ] {
            let bytes = [format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes(), good].concat();
            let read = all(&bytes);
            assert!(
                matches!(&read[0], Incoming::Refused { refusal: why, .. } if *why == refusal),
                "{body:.20}: {read:?}"
            );
            assert_eq!(read.len(), 2);
        }
        let read = all(b"Content-Length: 2\r\nContent-Type: x\r\n\r\n\xff\xfe");
        assert!(matches!(read[..], [Incoming::Refused { refusal: Refusal::Unreadable, .. }]), "{read:?}");
    }

    #[test]
    fn reading_ends_where_the_next_message_cannot_be_found() {
        for bytes in [
            "",
            "Hello\r\n\r\n{}",
            "\r\n{}",
            "Content-Length: x\r\n\r\n{}",
            "Content-Length: -1\r\n\r\n{}",
            "Content-Length: 100\r\n\r\n{}",
            "Content-Length: 99999999999999\r\n\r\n{}",
            "Content-Length: 2\r\n",
            &"x".repeat(100_000),
        ] {
            assert_eq!(all(bytes.as_bytes()), [], "{bytes:.40}");
        }
    }
}
