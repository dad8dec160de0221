//! Operations and page sizes.

use super::stage::{Stage, address, stages};
use heddle_connector::Operation;
use heddle_connector::model::Object;

fn declares(stage: &Stage, object: Object, operation: Operation) -> bool {
    stage.manifest.object(object).is_some_and(|spec| spec.operations.contains(&operation))
}

#[tokio::test]
async fn every_operation_that_is_not_declared_is_refused_before_any_call() {
    for stage in stages().await {
        let (before, mut refused) = (stage.calls(), 0);
        let id = stage.all[0]["id"].as_str().unwrap();
        for object in Object::ALL.iter().copied() {
            for (operation, path) in
                [(Operation::List, address(object)), (Operation::Fetch, format!("{}/{id}", address(object)))]
            {
                if !declares(&stage, object, operation) {
                    stage.server.get(&path).await.expect_problem(422, "unsupported_operation");
                    refused += 1;
                }
            }
        }
        assert!(refused >= 2, "{refused}");
        stage.list(&[("include_deleted", "true")]).await.expect_problem(422, "unsupported_operation");
        assert_eq!(stage.calls(), before, "a refused operation reached the provider");
    }
}

#[tokio::test]
async fn nothing_writes_yet() {
    for stage in stages().await {
        let before = stage.calls();
        let list = address(stage.spec.object);
        let one = format!("{list}/{}", stage.all[0]["id"].as_str().unwrap());
        for (method, path) in [("POST", &list), ("PUT", &one), ("PATCH", &one), ("DELETE", &one)] {
            let request = stage.server.request(method, path).body("{}");
            let answer = stage.server.sent(request).await.expect_problem(405, "method_not_allowed");
            assert_eq!(answer.header("allow"), Some("GET, HEAD"));
        }
        assert_eq!(stage.calls(), before);
    }
}

#[tokio::test]
async fn the_declared_page_is_served_and_one_more_is_refused() {
    for stage in stages().await {
        let (most, more) = (stage.spec.max_page.to_string(), (stage.spec.max_page + 1).to_string());
        let answer = stage.list(&[("limit", &most), ("fields", "id")]).await.expect(200);
        assert_eq!(answer.data().len(), stage.all.len());
        let before = stage.calls();
        for limit in [more.as_str(), "0", "-1", "abc", "1.5", "", "99999999999999999999"] {
            stage.list(&[("limit", limit)]).await.expect_problem(400, "invalid_request");
        }
        assert_eq!(stage.calls(), before, "a refused limit reached the provider");
    }
}

#[tokio::test]
async fn the_catalogue_shows_what_the_manifest_declares() {
    for stage in stages().await {
        let answer = stage.server.get(&format!("/v1/providers/{}", stage.manifest.id)).await.expect(200);
        for word in stage.spec.operations.iter().map(|o| o.as_str()).chain(stage.spec.expand.iter().copied()) {
            assert!(answer.text.contains(&format!("\"{word}\"")), "{word} is not in {}", answer.text);
        }
        for op in stage.spec.filter_ops {
            assert!(answer.text.contains(&format!("\"{}\"", op.as_str())), "{} is not in {}", op.as_str(), answer.text);
        }
        assert!(answer.text.contains(&stage.spec.max_page.to_string()));
    }
}
