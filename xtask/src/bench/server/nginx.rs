//! nginx as a bare reverse proxy: what copying alone costs.

use super::process::{Running, free_port, program};
use std::path::Path;
use std::process::Command;

/// Starts it in front of `upstream`, with all its files in `dir`. Gives the
/// process and its address.
///
/// # Errors
/// When it is not installed or does not start.
pub(super) fn start(dir: &Path, upstream: &str) -> Result<(Running, String), String> {
    let binary = program("nginx", "nginx")?;
    let address = format!("127.0.0.1:{}", free_port()?);
    let config = dir.join("nginx.conf");
    std::fs::write(&config, configuration(dir, &address, upstream)).map_err(|why| why.to_string())?;
    let mut command = Command::new(binary);
    command.arg("-p").arg(dir).arg("-c").arg(&config).arg("-e").arg(dir.join("nginx.log"));
    let mut running = Running::start("nginx", &mut command)?;
    running.wait_for(&address)?;
    Ok((running, address))
}

/// Two workers, connections kept open on both sides, no log. The buffers hold
/// a whole page: with the default ones it would go through a file.
fn configuration(dir: &Path, address: &str, upstream: &str) -> String {
    let dir = dir.display();
    format!(
        "\
daemon off;
user {user};
worker_processes 2;
pid {dir}/nginx.pid;
error_log {dir}/nginx.log error;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  tcp_nodelay on;
  keepalive_requests 1000000000;
  client_body_temp_path {dir}/body;
  proxy_temp_path {dir}/proxy;
  fastcgi_temp_path {dir}/fastcgi;
  uwsgi_temp_path {dir}/uwsgi;
  scgi_temp_path {dir}/scgi;
  upstream provider {{
    server {upstream};
    keepalive 64;
    keepalive_requests 1000000000;
  }}
  server {{
    listen {address};
    location / {{
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection \"\";
      proxy_buffer_size 16k;
      proxy_buffers 16 32k;
      proxy_busy_buffers_size 256k;
    }}
  }}
}}
",
        // Started by root it would give its workers to a user who may not
        // enter the directory; for others the line means nothing.
        user = if is_root() { "root" } else { "nobody" },
    )
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}
