//! The server's life: listen, serve, stop.

use super::app::App;
use super::{access, routes};
use actix_web::middleware::{Compress, Condition, from_fn};
use actix_web::{HttpServer, web};
use std::future::Future;
use std::net::TcpListener;

/// Serves on `listener` until `shutdown` ends, then stops accepting, lets
/// running requests end for at most [`HttpSettings::stop_timeout`], and
/// returns; one warning says how many did not end. It listens to no signals
/// itself.
///
/// # Errors
/// When the listener cannot be used or the workers cannot be started.
///
/// [`HttpSettings::stop_timeout`]: super::HttpSettings::stop_timeout
pub async fn run(
    listener: TcpListener,
    app: App,
    workers: usize,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let settings = app.settings;
    let with_metrics = app.observed.as_ref().is_some_and(|observed| observed.served);
    let under_way = app.under_way.clone();
    let shared = web::Data::new(app);
    let document = web::Data::new(routes::Document::new());
    let counted = web::Data::new(under_way.clone());
    let stopping = under_way.clone();
    let shutdown = async move {
        shutdown.await;
        stopping.stop();
    };
    let served = HttpServer::new(move || {
        // Each worker runs this once, in its own thread.
        heddle_gate::reside();
        actix_web::App::new()
            .app_data(shared.clone())
            .app_data(counted.clone())
            .app_data(document.clone())
            .configure(|config| routes::configure(config, settings.docs, with_metrics))
            .wrap(from_fn(access::leave_small_answers_alone))
            .wrap(Condition::new(settings.compress, Compress::default()))
            .wrap(from_fn(access::outermost))
    })
    .workers(workers.max(1))
    .tcp_nodelay(true)
    .keep_alive(settings.keep_alive)
    .client_request_timeout(settings.header_timeout)
    .shutdown_timeout(settings.stop_timeout.as_secs())
    .shutdown_signal(shutdown)
    .listen(listener)?
    .run()
    .await;
    let cut = under_way.unanswered();
    if cut > 0 {
        let stop_seconds = settings.stop_timeout.as_secs();
        tracing::warn!(
            requests = cut,
            stop_seconds,
            "requests did not end before the server stopped; they were cut off"
        );
    }
    served
}
