use super::*;
use clap::CommandFactory;

fn parse(line: &str) -> Result<Arguments, clap::Error> {
    Arguments::try_parse_from(line.split(' '))
}

#[test]
fn the_command_line_is_consistent() {
    Arguments::command().debug_assert();
}

#[test]
fn shared_flags_may_stand_before_and_after_the_command() {
    for line in ["heddle --config a.toml serve", "heddle serve --config a.toml"] {
        assert_eq!(parse(line).unwrap().shared.config, Some(PathBuf::from("a.toml")), "{line}");
    }
}

#[test]
fn the_demo_takes_any_port() {
    let Command::Demo(demo) = parse("heddle demo --json --port 0").unwrap().command else { panic!() };
    assert!(demo.json && !demo.fresh);
    assert_eq!(demo.port, Some(0));
    assert!(parse("heddle demo --port 65536").is_err());
}

#[test]
fn scopes_may_be_repeated_or_joined() {
    let line = "heddle keys create --scope crm:read,tenants --scope keys";
    let Command::Keys { action: Keys::Create(key) } = parse(line).unwrap().command else { panic!() };
    assert_eq!(key.scope, ["crm:read", "tenants", "keys"]);
}

#[test]
fn a_provider_is_reached_only_with_both_its_id_and_its_host() {
    assert!(parse("heddle doctor --provider salesforce").is_err());
    assert!(parse("heddle doctor --host https://a.my.salesforce.com").is_err());
    assert!(parse("heddle doctor --provider salesforce --host https://a.my.salesforce.com").is_ok());
}

#[test]
fn no_flag_takes_a_secret_of_a_provider() {
    for flag in ["--consumer-key", "--consumer-secret", "--client-secret"] {
        let line = format!("heddle connect salesforce --tenant t --my-domain https://a.my.salesforce.com {flag} x");
        assert!(parse(&line).is_err(), "{flag}");
    }
}

#[test]
fn every_command_and_flag_explains_itself() {
    fn walk(command: &clap::Command) {
        assert!(command.get_about().is_some(), "{}", command.get_name());
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
        }
        command.get_subcommands().for_each(walk);
    }
    walk(&Arguments::command());
}
