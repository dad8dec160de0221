//! How the server stops.

use crate::server::start;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

#[test]
fn an_idle_server_with_an_idle_connection_stops_at_once() {
    let mut server = start();
    let mut idle = server.connect();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n").unwrap();
    let mut answer = [0; 12];
    idle.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    assert!(server.stop() < Duration::from_secs(10));
    assert!(TcpStream::connect(server.address).is_err());
}

#[test]
fn a_request_under_way_is_answered_before_the_server_ends() {
    let mut server = start();
    let mut running = server.connect();
    let body = br#"{"name":"Acme"}"#;
    let head = format!(
        "POST /v1/tenants HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        server.key,
        body.len()
    );
    running.write_all(head.as_bytes()).unwrap();
    // The server asks for the body when the route reads it: the request runs.
    let mut asked = [0; 25];
    running.read_exact(&mut asked).unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    let rest = std::thread::spawn(move || {
        running.write_all(body).unwrap();
        let mut answer = String::new();
        let _ = running.read_to_string(&mut answer);
        answer
    });
    server.stop();
    let answer = rest.join().unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}
