//! Reading a body within bounds of size and patience.

use super::fault;
use crate::{SendFault, TransportSettings, clock};
use bytes::{Bytes, BytesMut};
use tokio::time::timeout_at;

/// The whole decoded body. Bytes are counted after decompression, so that a
/// small compressed answer cannot fill the memory.
pub(super) async fn read(mut response: reqwest::Response, settings: &TransportSettings) -> Result<Bytes, SendFault> {
    let announced = response.content_length().unwrap_or(0);
    if announced > settings.max_body as u64 {
        return Err(SendFault::TooLarge);
    }
    let mut first: Option<Bytes> = None;
    let mut rest = BytesMut::new();
    let mut size = 0_usize;
    let mut in_window = 0_usize;
    let mut window_end = clock::instant() + settings.slow_body_window;
    loop {
        let chunk = match timeout_at(window_end, response.chunk()).await {
            Ok(chunk) => chunk.map_err(|error| fault::inside_body(&error))?,
            Err(_) if in_window < settings.slow_body_bytes => return Err(SendFault::Timeout),
            Err(_) => {
                in_window = 0;
                window_end = clock::instant() + settings.slow_body_window;
                continue;
            }
        };
        let Some(chunk) = chunk else { break };
        size += chunk.len();
        in_window += chunk.len();
        if size > settings.max_body {
            return Err(SendFault::TooLarge);
        }
        // Most answers come in one piece, which is passed on without a copy.
        match &first {
            None if rest.is_empty() => first = Some(chunk),
            _ => {
                if let Some(first) = first.take() {
                    rest.reserve(first.len() + chunk.len().max(usize::try_from(announced).unwrap_or(0)));
                    rest.extend_from_slice(&first);
                }
                rest.extend_from_slice(&chunk);
            }
        }
    }
    Ok(first.unwrap_or_else(|| rest.freeze()))
}
