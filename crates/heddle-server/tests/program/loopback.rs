//! The demo where there is no network but the loopback interface.

use std::process::Command;

/// Ways to get a network namespace of one's own: as root, and as anybody.
const WAYS: [&[&str]; 2] = [&["-n"], &["-r", "-n"]];

#[test]
fn the_demo_runs_with_only_a_loopback_interface() {
    let works = |way: &&&[&str]| {
        let tried = Command::new("unshare").args(**way).args(["sh", "-c", "ip link set lo up"]).output();
        tried.is_ok_and(|output| output.status.success())
    };
    let Some(way) = WAYS.iter().find(works) else {
        assert!(std::env::var("CI").is_err(), "CI must run this: it needs `unshare -n` and `ip`");
        println!("SKIPPED: this machine lets nobody make a network namespace (`unshare -n`)");
        return;
    };
    // The same tests once more, in there; the interface is the only one.
    let inside =
        "ip link set lo up && test \"$(ip -o link show up | wc -l)\" = 1 && exec \"$0\" demo:: secrets::a_demo";
    let tests = std::env::current_exe().unwrap();
    let output = Command::new("unshare").args(*way).args(["sh", "-c", inside]).arg(tests).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    assert!(said.contains("5 passed; 0 failed"), "{said}");
}
