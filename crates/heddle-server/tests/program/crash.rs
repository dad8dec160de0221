//! A server that is killed in the middle of its work.

use crate::org::{Org, connected};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

#[test]
fn a_server_that_is_killed_under_load_starts_again_with_its_tokens_and_all_that_it_confirmed() {
    let org = Org::start();
    let (program, connection) = connected(&org);
    let tokens = org.token_calls();
    let (mut server, base) = program.serve();
    let mut api = program.api(&base, &connection);
    let mut confirmed: Vec<Value> = Vec::new();
    for round in 0..3 {
        let served = AtomicU64::new(0);
        std::thread::scope(|scope| {
            let lists: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        // Until the server is gone.
                        while let Ok(reply) = api.try_get("/v1/crm/contacts?limit=50") {
                            assert_eq!(reply.expect(200).json()["data"].as_array().unwrap().len(), 50);
                            served.fetch_add(1, Ordering::Relaxed);
                        }
                    })
                })
                .collect();
            while served.load(Ordering::Relaxed) < 20 {
                let name = format!("tenant {round}-{}", confirmed.len());
                let made = api.post("/v1/tenants", &json!({"name": name})).expect(201).json();
                confirmed.push(made["id"].clone());
            }
            server.signal("KILL");
            for list in lists {
                list.join().unwrap();
            }
        });
        assert_eq!(server.ended().code, None, "a signal ended it");

        program.run(&["doctor"]).expect(0);
        (server, api.base) = program.serve();
        assert_eq!(api.get("/readyz").expect(200).json()["status"], "ok");
        for id in &confirmed {
            api.get(&format!("/v1/tenants/{}", id.as_str().unwrap())).expect(200);
        }
        let page = api.get("/v1/crm/contacts?limit=50").expect(200);
        assert_eq!(page.header("x-provider-calls"), Some("1"));
    }
    assert_eq!(org.token_calls(), tokens, "the stored token is used again");
    let listed = program.run(&["keys", "list"]).expect(0).out;
    assert_eq!(listed.lines().count(), 1, "{listed}");
    server.stopped("TERM").expect(0);
}
