//! The data of an export as a streamed answer: lines as they come, with pauses
//! while the provider still prepares them.

use super::answer::{Answer, write};
use super::call::Call;
use super::problem::document;
use super::under_way::UnderWay;
use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_ENCODING, HeaderValue};
use actix_web::web::Bytes;
use futures_util::stream;
use heddle_engine::{Code, ExportData, ExportStep, Problem};
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::Instant;

/// How long one step may take: a provider reads for a while before the first
/// byte of a large part comes.
const STEP: Duration = Duration::from_secs(120);

/// The first pause before the provider is asked again, and the longest. Each
/// question is a call.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(10));

/// The content type of lines.
const NDJSON: &str = "application/x-ndjson";

/// The answer. What stands in the way before the first line is a problem of
/// its own; later it can only be a line.
pub(crate) async fn stream(call: &Call, mut data: ExportData) -> Answer {
    let first = data.step(deadline()).await?;
    let reader = Reader {
        data,
        next: Next::Give(first),
        pause: PAUSES.0,
        request_id: call.caller.request_id.clone(),
        under_way: call.app.under_way.clone(),
    };
    let lines = stream::unfold(reader, |mut reader| async move {
        let lines = reader.lines().await?;
        Some((Ok::<_, Infallible>(lines), reader))
    });
    let mut answer = HttpResponse::Ok();
    // A compressor would hold lines back until it has enough of them.
    answer.insert_header((CONTENT_ENCODING, HeaderValue::from_static("identity")));
    Ok(answer.content_type(NDJSON).streaming(lines))
}

struct Reader {
    data: ExportData,
    next: Next,
    pause: Duration,
    request_id: String,
    under_way: UnderWay,
}

enum Next {
    /// These lines first.
    Give(ExportStep),
    /// The next step.
    Go,
    /// The next step, after a pause.
    Pause,
    /// Nothing more.
    Over,
}

impl Reader {
    async fn lines(&mut self) -> Option<Bytes> {
        let step = match std::mem::replace(&mut self.next, Next::Over) {
            Next::Over => return None,
            Next::Give(step) => Ok(step),
            _ if self.under_way.is_stopping() => {
                Err(Problem::new(Code::DeadlineExceeded, "this server is stopping; go on behind the last checkpoint"))
            }
            Next::Go => self.data.step(deadline()).await,
            Next::Pause => {
                wait(self.pause).await;
                self.pause = (self.pause * 2).min(PAUSES.1);
                self.data.step(deadline()).await
            }
        };
        Some(match step {
            Ok(ExportStep::Wait(lines)) => {
                self.next = Next::Pause;
                lines.into()
            }
            Ok(ExportStep::Lines(lines)) => {
                self.next = Next::Go;
                lines.into()
            }
            Ok(ExportStep::End(lines)) => lines.into(),
            Err(problem) => self.broken(&problem),
        })
    }

    /// The line with which a stream breaks off.
    fn broken(&self, problem: &Problem) -> Bytes {
        let mut line = b"{\"problem\":".to_vec();
        if write(&mut line, &document(problem, &self.request_id)).is_err() {
            return Bytes::new();
        }
        line.extend_from_slice(b"}\n");
        line.into()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a stream outlives its request's own deadline: each step has one of its own"
)]
fn deadline() -> Instant {
    Instant::now() + STEP
}

#[expect(
    clippy::disallowed_methods,
    reason = "no call waits here: the provider is still at work, and is asked again later"
)]
async fn wait(pause: Duration) {
    tokio::time::sleep(pause).await;
}
