//! The real transport against servers that misbehave, on real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used)]
// Real sockets need real time: only the server's pace is slept, never the test.
#![allow(clippy::disallowed_methods)]

mod server;

use heddle_gate::{BaseUrl, HostRule, HttpTransport, Reply, Request, SendFault, Transport, TransportSettings};
use secrecy::SecretString;
use server::{Peer, head, serve};
use std::future::Future;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

const MS: Duration = Duration::from_millis(1);
const RULE: HostRule = HostRule { suffixes: &[], exact: &["localhost"], refused: &[] };

fn settings() -> TransportSettings {
    TransportSettings {
        read_timeout: 300 * MS,
        max_body: 64 * 1024,
        slow_body_window: 200 * MS,
        slow_body_bytes: 1_000,
        ..TransportSettings::default()
    }
}

fn transport() -> HttpTransport {
    HttpTransport::new(&settings()).unwrap()
}

fn base(address: SocketAddr) -> BaseUrl {
    BaseUrl::checked(&format!("http://{address}"), &RULE, true).unwrap()
}

async fn get(transport: &HttpTransport, address: SocketAddr) -> Result<Reply, SendFault> {
    transport.send(&base(address), &Request::get("query", "/a?b=c"), None, Duration::from_secs(5)).await
}

/// What the transport makes of a server that does `act`.
async fn against<F, Fut>(act: F) -> Result<Reply, SendFault>
where
    F: Fn(Peer) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let (address, _heads) = serve(act).await;
    get(&transport(), address).await
}

#[tokio::test]
async fn a_request_carries_its_parts_and_nothing_more() {
    let (address, mut heads) = serve(|mut peer| async move {
        peer.say("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nX-Usage: 1/2\r\nx-odd: \u{e9}\r\n\r\nok").await;
    })
    .await;
    let mut request = Request::post("create", "/things?q=a%20b", "application/json", "{}");
    request.headers.push(("x-extra", "1".to_owned()));
    let bearer = SecretString::from("abc".to_owned());
    let reply = transport().send(&base(address), &request, Some(&bearer), Duration::from_secs(5)).await.unwrap();
    assert_eq!((reply.status, &reply.body[..]), (200, &b"ok"[..]));
    assert_eq!((reply.header("x-usage"), reply.header("x-odd")), (Some("1/2"), None));
    let head = heads.recv().await.unwrap();
    let mut lines: Vec<&str> = head.trim_end().lines().collect();
    assert_eq!(lines.remove(0), "POST /things?q=a%20b HTTP/1.1");
    lines.sort_unstable();
    let agent = concat!("user-agent: heddle/", env!("CARGO_PKG_VERSION"));
    let host = format!("host: {address}");
    let mut expected = vec![
        "accept-encoding: gzip",
        "accept: application/json",
        "authorization: Bearer abc",
        "content-length: 2",
        "content-type: application/json",
        &host,
        agent,
        "x-extra: 1",
    ];
    expected.sort_unstable();
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn a_request_that_says_what_it_accepts_is_not_overruled() {
    let (address, mut heads) = serve(|mut peer| async move {
        peer.say("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    })
    .await;
    let mut request = Request::get("export", "/rows");
    request.headers.push(("Accept", "text/csv".to_owned()));
    transport().send(&base(address), &request, None, Duration::from_secs(5)).await.unwrap();
    let head = heads.recv().await.unwrap();
    let accepts: Vec<&str> = head.lines().filter(|line| line.to_lowercase().starts_with("accept:")).collect();
    assert_eq!(accepts, ["accept: text/csv"]);
}

#[tokio::test]
async fn redirects_are_answers() {
    let reply = against(|mut peer| async move {
        peer.say("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n").await;
    })
    .await
    .unwrap();
    assert_eq!(reply.status, 302);
}

#[tokio::test]
async fn a_refused_connection_was_surely_not_sent() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    assert!(matches!(get(&transport(), address).await, Err(SendFault::NotSent { .. })));
}

#[tokio::test]
async fn a_host_name_that_points_to_this_machine_is_not_called() {
    let transport = transport();
    let base = BaseUrl::checked("https://localhost", &RULE, false).unwrap();
    let sent = transport.send(&base, &Request::get("query", "/"), None, Duration::from_secs(5)).await;
    let Err(SendFault::NotSent { why }) = sent else { panic!("{sent:?}") };
    assert!(why.contains("no public address"), "{why}");
}

#[tokio::test]
async fn a_path_cannot_change_the_host() {
    let (address, _heads) = serve(|peer| peer.stall()).await;
    for path in ["@evil.example/", "//evil.example/", ":1/", "evil"] {
        let sent = transport().send(&base(address), &Request::get("query", path), None, Duration::from_secs(5)).await;
        assert!(matches!(sent, Err(SendFault::NotSent { .. })), "{path}");
    }
}

#[tokio::test]
async fn a_reset_before_the_answer_counts_as_sent() {
    assert_eq!(against(|peer| async move { peer.reset() }).await.unwrap_err(), SendFault::Reset);
}

#[tokio::test]
async fn a_close_before_the_answer_counts_as_sent() {
    assert_eq!(against(|peer| async move { drop(peer) }).await.unwrap_err(), SendFault::Reset);
}

#[tokio::test]
async fn silence_is_a_timeout() {
    let started = Instant::now();
    assert_eq!(against(Peer::stall).await.unwrap_err(), SendFault::Timeout);
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_head_that_never_ends_is_a_timeout() {
    let end = against(|mut peer| async move {
        peer.say("HTTP/1.1 200 OK\r\ncontent-le").await;
        peer.stall().await;
    });
    assert_eq!(end.await.unwrap_err(), SendFault::Timeout);
}

#[tokio::test]
async fn the_sends_own_timeout_holds_for_head_and_body() {
    for begun in ["", "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\nabc"] {
        let (address, _heads) = serve(move |mut peer| async move {
            peer.say(begun).await;
            peer.stall().await;
        })
        .await;
        let patient = HttpTransport::new(&TransportSettings::default()).unwrap();
        let started = Instant::now();
        let end = patient.send(&base(address), &Request::get("query", "/"), None, 200 * MS).await;
        assert_eq!(end.unwrap_err(), SendFault::Timeout);
        assert!(started.elapsed() < Duration::from_secs(3));
    }
}

#[tokio::test]
async fn a_body_that_drips_is_a_timeout() {
    let (address, _heads) = serve(|mut peer| async move {
        peer.say("HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n").await;
        loop {
            tokio::time::sleep(10 * MS).await;
            peer.say("x").await;
        }
    })
    .await;
    let started = Instant::now();
    assert_eq!(get(&transport(), address).await.unwrap_err(), SendFault::Timeout);
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_slow_body_above_the_least_speed_is_read() {
    let reply = against(|mut peer| async move {
        peer.say("HTTP/1.1 200 OK\r\ncontent-length: 50000\r\n\r\n").await;
        for _ in 0..50 {
            tokio::time::sleep(10 * MS).await;
            peer.bytes(&[b'x'; 1_000]).await;
        }
    })
    .await
    .unwrap();
    assert_eq!(reply.body.len(), 50_000);
}

#[tokio::test]
async fn a_body_shorter_than_announced_is_truncated() {
    let end = against(|mut peer| async move { peer.say("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf").await });
    assert_eq!(end.await.unwrap_err(), SendFault::Truncated);
}

#[tokio::test]
async fn chunks_that_end_early_are_truncated() {
    let start = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n";
    let end = against(move |mut peer| async move { peer.say(start).await });
    assert_eq!(end.await.unwrap_err(), SendFault::Truncated);
    let end = against(move |mut peer| async move { peer.say(&format!("{start}zz\r\n")).await });
    assert_eq!(end.await.unwrap_err(), SendFault::Truncated);
}

#[tokio::test]
async fn a_reset_between_chunks_is_a_reset() {
    let end = against(|mut peer| async move {
        peer.say("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n").await;
        peer.reset();
    });
    assert_eq!(end.await.unwrap_err(), SendFault::Reset);
}

#[tokio::test]
async fn a_body_announced_too_large_is_not_read() {
    let end = against(|mut peer| async move {
        peer.say("HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n").await;
        peer.stall().await;
    });
    assert_eq!(end.await.unwrap_err(), SendFault::TooLarge);
}

#[tokio::test]
async fn an_endless_body_is_cut_at_the_bound() {
    let end = against(|mut peer| async move {
        peer.say("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
        let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
        for _ in 0..4_096 {
            peer.say(&chunk).await;
        }
    });
    assert_eq!(end.await.unwrap_err(), SendFault::TooLarge);
}

/// Gzip of that many megabytes of zeros, about 6 kB each: one literal and then
/// runs of 258 bytes in 13 bits, written here bit by bit.
fn bomb(megabytes: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    // Final block, fixed codes.
    bits.push(0b011, 3);
    // Literal 0 is code 00110000, written from its first bit.
    bits.code(0b0011_0000, 8);
    let mut left = megabytes * 1024 * 1024 - 1;
    while left >= 258 {
        // Length 258 is symbol 285 (11000101), distance 1 is code 00000.
        bits.code(0b1100_0101, 8);
        bits.code(0, 5);
        left -= 258;
    }
    for _ in 0..left {
        bits.code(0b0011_0000, 8);
    }
    bits.code(0, 7);
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    gzip.extend(bits.done());
    // The bound is met long before the checksum is read.
    gzip.extend([0; 8]);
    gzip
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn push(&mut self, value: u32, width: u32) {
        for bit in 0..width {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.len() - 1;
            self.bytes[last] |= (((value >> bit) & 1) as u8) << (self.count % 8);
            self.count += 1;
        }
    }

    fn code(&mut self, value: u32, width: u32) {
        self.push(value.reverse_bits() >> (32 - width), width);
    }

    fn done(self) -> Vec<u8> {
        self.bytes
    }
}

async fn gzipped(body: Vec<u8>) -> Result<Reply, SendFault> {
    against(move |mut peer| {
        let body = body.clone();
        async move {
            let length = body.len();
            peer.say(&format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n")).await;
            peer.bytes(&body).await;
        }
    })
    .await
}

#[tokio::test]
async fn a_small_body_that_unpacks_to_much_is_cut_at_the_bound() {
    let bomb = bomb(16);
    assert!(bomb.len() < 200 * 1024);
    assert_eq!(gzipped(bomb[..60_000].to_vec()).await.unwrap_err(), SendFault::TooLarge);
}

#[tokio::test]
async fn gzip_is_unpacked_and_broken_gzip_is_truncated() {
    let hello = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1, 5, 0, 0xfa, 0xff, b'h', b'e', b'l', b'l', b'o', 0x86, 0xa6, 0x10,
        0x36, 5, 0, 0, 0,
    ];
    assert_eq!(&gzipped(hello.to_vec()).await.unwrap().body[..], b"hello");
    assert_eq!(gzipped(hello[..18].to_vec()).await.unwrap_err(), SendFault::Truncated);
    assert_eq!(gzipped(b"not gzip at all, only text".to_vec()).await.unwrap_err(), SendFault::Truncated);
}

#[tokio::test]
async fn connections_are_used_again() {
    let (address, mut connections) = serve(|mut peer| async move {
        loop {
            peer.say("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
            match head(&mut peer.stream).await {
                Some(next) => peer.head = next,
                None => return,
            }
        }
    })
    .await;
    let transport = transport();
    for _ in 0..20 {
        assert_eq!(get(&transport, address).await.unwrap().status, 200);
    }
    connections.recv().await.unwrap();
    assert!(connections.try_recv().is_err(), "one connection for twenty requests");
}

#[tokio::test]
async fn a_kept_connection_that_closes_under_a_request_is_never_told_as_not_sent() {
    // The server answers once, reads a second request on the same connection
    // and closes: nobody knows whether it acted.
    let (address, _heads) = serve(|mut peer| async move {
        peer.say("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
        let _ = head(&mut peer.stream).await;
    })
    .await;
    let transport = transport();
    assert_eq!(get(&transport, address).await.unwrap().status, 200);
    assert_eq!(get(&transport, address).await.unwrap_err(), SendFault::Reset);
}
