use super::*;

fn made() -> Made {
    Made { tenant_id: "ten_1".to_owned(), connection_id: "con_1".to_owned(), api_key: "hdl_1".to_owned() }
}

/// A directory in which a demo has run and stopped.
fn kept() -> (tempfile::TempDir, State) {
    let dir = tempfile::tempdir().unwrap();
    let (folder, mut state) = Folder::take(dir.path(), false).unwrap();
    state.port = 4001;
    state.salesforce_ports = [4002, 4003];
    state.made = Some(made());
    folder.keep(&state).unwrap();
    folder.keep_secret_key("key").unwrap();
    std::fs::write(dir.path().join("heddle.db"), "db").unwrap();
    (dir, state)
}

#[test]
fn what_was_kept_is_read_again() {
    let (dir, state) = kept();
    let (folder, again) = Folder::take(dir.path(), false).unwrap();
    assert_eq!(again, state);
    assert_eq!(std::fs::read_to_string(folder.secret_key()).unwrap(), "key\n");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_what_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let (dir, _) = kept();
    for name in [STATE, SECRET_KEY] {
        assert_eq!(dir.path().join(name).metadata().unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn fresh_forgets_what_a_demo_made_and_nothing_else() {
    let (dir, _) = kept();
    std::fs::write(dir.path().join("notes.txt"), "mine").unwrap();
    let (folder, state) = Folder::take(dir.path(), true).unwrap();
    assert_eq!(state, State::new());
    assert!(!folder.secret_key().exists());
    assert!(!dir.path().join("heddle.db").exists());
    assert!(dir.path().join("notes.txt").exists());
}

#[test]
fn a_first_start_that_was_cut_off_is_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let (folder, _) = Folder::take(dir.path(), false).unwrap();
    std::fs::write(dir.path().join("heddle.db"), "half").unwrap();
    drop(folder);
    let (_folder, state) = Folder::take(dir.path(), false).unwrap();
    assert_eq!(state, State::new());
    assert!(!dir.path().join("heddle.db").exists());
}

#[test]
fn a_servers_directory_is_left_alone_even_with_fresh() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("heddle.db"), "customers").unwrap();
    for fresh in [false, true] {
        let message = Folder::take(dir.path(), fresh).unwrap_err().to_string();
        assert!(message.contains("a database that no demo made"), "{message}");
    }
    assert_eq!(std::fs::read_to_string(dir.path().join("heddle.db")).unwrap(), "customers");
}

#[test]
fn two_demos_do_not_share_a_directory_even_with_fresh() {
    let (dir, _) = kept();
    let _running = Folder::take(dir.path(), false).unwrap();
    for fresh in [false, true] {
        let message = Folder::take(dir.path(), fresh).unwrap_err().to_string();
        assert!(message.contains("a demo runs in"), "{message}");
    }
    assert!(dir.path().join("heddle.db").exists());
}

#[test]
fn a_state_of_another_form_is_refused_with_the_way_out() {
    for text in ["{", "{}", r#"{"version":9,"seed":1,"port":1,"salesforce_ports":[1,2],"made":null}"#] {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(STATE), text).unwrap();
        let message = Folder::take(dir.path(), false).unwrap_err().to_string();
        assert!(message.contains("--fresh"), "{message}");
        assert!(Folder::take(dir.path(), true).is_ok());
    }
}
