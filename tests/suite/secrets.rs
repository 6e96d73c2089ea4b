//! Planted secrets are found, and what only looks like one is not.
//!
//! Every secret here is made up. They stand in pieces, so that no scanner of repositories takes them for real.

use crate::site::Site;
use crate::site::TODAY;
use serde_json::Value;
use std::collections::BTreeSet;

/// Draws characters as a generator of keys would, the same in every run.
struct Lot(u64);

impl Lot {
    fn next(&mut self) -> u64 {
        // The multiplier and the step of Knuth's MMIX.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn draw(&mut self, from: &str, length: usize) -> String {
        let letters: Vec<char> = from.chars().collect();
        (0..length).map(|_| letters[self.next() as usize % letters.len()]).collect()
    }
}

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const WORD: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
const HEX: &str = "0123456789abcdef";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const DIGITS: &str = "0123456789";

/// Returns secrets with their kinds, each as it may stand on a line of a report.
fn planted() -> Vec<(&'static str, String)> {
    let mut lot = Lot(20_260_115);
    let mut planted = Vec::new();
    for (start, two) in [("AK", "IA"), ("AS", "IA"), ("AK", "IA")] {
        planted.push(("AWS", format!("aws_access_key_id = {start}{two}{}7", lot.draw(UPPER, 15))));
    }
    planted.push(("AWS", format!("aws_secret_access_key = \"{}\"", lot.draw(BASE64, 40).replace('/', "7"))));
    for start in ["gh", "gh", "gh"].iter().zip(["p_", "o_", "s_"]) {
        planted.push(("GitHub", format!("git clone with {}{}{}", start.0, start.1, lot.draw(ALNUM, 36))));
    }
    planted
        .push(("GitHub", format!("{}{}{}_{}", "github", "_pat_", lot.draw(ALNUM, 22), lot.draw(ALNUM, 59))));
    for start in [("gl", "pat-"), ("gl", "rt-")] {
        planted.push(("GitLab", format!("PRIVATE-TOKEN: {}{}{}", start.0, start.1, lot.draw(WORD, 20))));
    }
    for start in [("xox", "b-"), ("xox", "p-"), ("xa", "pp-")] {
        let parts = format!("{}-{}-{}", lot.draw(DIGITS, 12), lot.draw(DIGITS, 12), lot.draw(ALNUM, 24));
        planted.push(("Slack", format!("the bot used {}{}{parts}.", start.0, start.1)));
    }
    planted.push((
        "Telegram",
        format!("curl https://api.telegram.org/bot{}:AA{}/getMe", lot.draw(DIGITS, 10), lot.draw(WORD, 33)),
    ));
    planted.push((
        "Slack",
        format!(
            "curl https://hooks.slack{}/T{}/B{}/{}",
            ".com/services",
            lot.draw(UPPER, 8),
            lot.draw(UPPER, 8),
            lot.draw(ALNUM, 24)
        ),
    ));
    for start in [("sk", "_live_"), ("rk", "_live_")] {
        planted.push(("Stripe", format!("{}{}{}", start.0, start.1, lot.draw(ALNUM, 24))));
    }
    planted.push(("Google", format!("key={}{}{}", "AI", "za", lot.draw(ALNUM, 35))));
    planted.push(("Google", format!("{}{}{}", "GOC", "SPX-", lot.draw(ALNUM, 28))));
    planted
        .push(("npm", format!("//registry.example.com/:_authToken={}{}{}", "np", "m_", lot.draw(ALNUM, 36))));
    planted.push(("PyPI", format!("{}{}{}", "pypi", "-AgE", lot.draw(ALNUM, 70))));
    planted.push(("SendGrid", format!("{}{}.{}", "SG.", lot.draw(ALNUM, 22), lot.draw(ALNUM, 43))));
    planted.push(("Mailgun", format!("{}{}", "key-", lot.draw(HEX, 32))));
    planted.push(("Twilio", format!("{}{}", "SK", lot.draw(HEX, 32))));
    planted.push(("DigitalOcean", format!("{}{}{}", "dop", "_v1_", lot.draw(HEX, 64))));
    planted.push(("OpenAI", format!("{}{}{}", "sk-", "proj-", lot.draw(ALNUM, 48))));
    planted.push(("Hugging Face", format!("{}{}", "hf_", lot.draw(ALNUM, 34))));
    planted.push((
        "Azure",
        format!("DefaultEndpointsProtocol=https;Account{}={}==", "Key", lot.draw(BASE64, 86)),
    ));
    planted.push(("Shopify", format!("{}{}", "shpat_", lot.draw(HEX, 32))));
    planted.push(("Databricks", format!("{}{}", "dapi", lot.draw(HEX, 32))));
    planted.push(("Vault", format!("{}{}", "hvs.", lot.draw(WORD, 24).replace('-', "7"))));
    planted.push(("Grafana", format!("{}{}_{}", "glsa_", lot.draw(ALNUM, 32), lot.draw(HEX, 8))));
    for kind in ["RSA ", "EC ", "OPENSSH "] {
        let lines: Vec<String> = (0..4).map(|_| lot.draw(BASE64, 64)).collect();
        // It stands on one line, as in a variable of the environment.
        planted.push((
            "private key",
            format!(
                "-----BEGIN {kind}{}-----\\n{}\\n-----END {kind}{}-----",
                "PRIVATE KEY",
                lines.join("\\n"),
                "PRIVATE KEY"
            ),
        ));
    }
    // {"alg":"HS256","typ":"JWT"} and {"alg":"RS256","kid":"7"}
    for head in ["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", "eyJhbGciOiJSUzI1NiIsImtpZCI6IjcifQ"] {
        planted
            .push(("JWT", format!("Cookie: {head}.{}{}.{}", "eyJ", lot.draw(ALNUM, 40), lot.draw(WORD, 43))));
    }
    for address in [
        "postgres://shop:{}@db.example.com/orders",
        "mongodb+srv://shop:{}@cluster.example.com",
        "amqp://shop:{}@queue.example.com:5672",
        "https://deploy:{}@git.example.com/shop.git",
        "redis://:{}@cache.example.com:6379/0",
    ] {
        planted.push(("connection string", address.replace("{}", &lot.draw(ALNUM, 14))));
    }
    for line in [
        "db_password: \"{}\"",
        "export API_KEY={}",
        "client_secret = '{}'",
        "\"auth_token\": \"{}\",",
        "Authorization: Bearer {}",
    ] {
        planted.push(("telling name", line.replace("{}", &format!("q7R{}", lot.draw(ALNUM, 29)))));
    }
    planted.push(("telling name", "PASSWORD='vK9#mq2LtX7w'".to_owned()));
    planted
}

/// Returns what only looks like a secret, each as it may stand on a line of a report.
fn look_alikes() -> Vec<String> {
    let mut lot = Lot(77);
    let mut lines = Vec::new();
    for number in 0..24 {
        lines.push(format!("commit {}", lot.draw(HEX, 40)));
        lines.push(format!("the image sha256:{}", lot.draw(HEX, 64)));
        lines.push(format!("md5 {}", lot.draw(HEX, 32)));
        let uuid = [8, 4, 4, 4, 12].map(|length| lot.draw(HEX, length)).join("-");
        lines.push(format!("trace id {uuid}"));
        lines.push(format!("token: {uuid}"));
        lines.push(format!("integrity sha512-{}==", lot.draw(BASE64, 86)));
        lines.push(format!("request {} of shard {number}", lot.draw(DIGITS, 19)));
    }
    for line in [
        concat!("the example key AK", "IAIOSFODNN7EXAMPLE of the manual"),
        "AKIA is how a key begins",
        concat!("gh", "p_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
        concat!("gh", "p_1234567890abcdefghijklmnopqrstuvwxyz"),
        "ghp_ and a few letters",
        "at 12345678:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA nothing was sent",
        "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
        "region 20260109:AArdvark",
        concat!("sk_", "test_4eC39HqLyjWDarjtT1zdp7dc"),
        concat!("sk_", "live_..."),
        "xoxb-your-token-here",
        "hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
        "-----BEGIN RSA PRIVATE KEY----- is how it begins",
        "-----BEGIN PRIVATE KEY-----\\n...\\n-----END PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ\\n-----END CERTIFICATE-----",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHq3V9bW2kZl0xJr1mTnVQ0q8s7yWcX6uR4tP2eN5aBd shop",
        concat!(
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.",
            "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
        ),
        "eyJ is how a token begins",
        "postgres://user:password@localhost/shop",
        "postgres://shop:${DB_PASSWORD}@db.example.com/shop",
        "mysql://root:<password>@db.example.com",
        "https://example.com:8443/path@2",
        "redis://cache.example.com:6379/0",
        "password: changeme",
        "password: ********",
        "password = os.environ[\"DB_PASSWORD\"]",
        "db_password: \"{{ vault.db }}\"",
        "api_key = get_secret(\"payments/key-1\")",
        "The token: it had expired at 09:12.",
        "token=$GITHUB_TOKEN",
        "secret: checkout-tls-2024",
        "secretName: payments-db-credentials-v2",
        "password reset: https://example.com/reset/9f8e7d6c5b4a",
        "API_KEY=your-api-key-goes-here",
        "passwords: rotated on 2025-03-01",
        "client_secret: REDACTED",
        "token bucket: 1000 requests in 60 s",
        "auth_token: null",
        "key-value store",
        "hf_transfer was switched on",
        "npm_config_registry=https://registry.example.com",
        "SG.12 and SG.13 are shards",
        "the build v2024.11.07-3f9a1c2",
        "arn:aws:iam::123456789012:role/checkout-deploy",
        "s3://shop-backups/2025/03/01/orders.dump",
        "4111 1111 1111 1111",
    ] {
        lines.push(line.to_owned());
    }
    lines
}

/// Returns the lines of a document of these lines, code and prose in turns, on which a secret is found.
fn found(lines: &[String]) -> BTreeSet<usize> {
    let mut text = String::from("# Report\n");
    let mut at = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        match number % 2 {
            0 => text += &format!("\n```\n{line}\n```\n"),
            _ => text += &format!("\n{line}\n"),
        }
        let back = if number % 2 == 0 { 1 } else { 0 };
        at.push(text.lines().count() - back);
    }
    let site = Site::new(&[("report.md", text.as_str())]);
    let rules = ["exposed-secret", "likely-secret", "card-number", "national-number"];
    let chosen = rules.iter().flat_map(|rule| ["--rule", rule]);
    let run = site.run(["check", "--format", "json", "--today", TODAY].into_iter().chain(chosen));
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    // No message holds a value: each shows four characters at most.
    for finding in report["findings"].as_array().expect("findings") {
        let message = finding["message"].as_str().expect("a message");
        assert!(message.contains("… ("), "{message}");
    }
    let lines: BTreeSet<usize> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| finding["line"].as_u64().expect("a line") as usize)
        .collect();
    at.iter().enumerate().filter(|(_, line)| lines.contains(line)).map(|(number, _)| number).collect()
}

#[test]
fn planted_secrets_are_found() {
    let planted = planted();
    let kinds: BTreeSet<&str> = planted.iter().map(|(kind, _)| *kind).collect();
    assert!(planted.len() >= 40 && kinds.len() >= 15, "{} of {}", planted.len(), kinds.len());
    let lines: Vec<String> = planted.iter().map(|(_, line)| line.clone()).collect();
    let found = found(&lines);
    let missed: Vec<&(&str, String)> = planted
        .iter()
        .enumerate()
        .filter(|(number, _)| !found.contains(number))
        .map(|(_, one)| one)
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn look_alikes_are_left_alone() {
    let lines = look_alikes();
    assert!(lines.len() >= 200, "{}", lines.len());
    let found: Vec<&String> = found(&lines).into_iter().map(|number| &lines[number]).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_secret_is_never_printed_whole() {
    let mut lot = Lot(5);
    let secret = format!("{}{}{}", "gh", "p_", lot.draw(ALNUM, 36));
    let site = Site::new(&[(
        "report.md",
        format!(
            "# Report\n\n## Impact\n\nThe engineer failed to remove {secret} from the log.\n\n<!-- allow: exposed-secret: because it was revoked in March -->\nAgain {secret}; we should have looked.\n"
        ),
    )]);
    for format in ["human", "json", "github", "gitlab", "sarif"] {
        let run = site.run(["check", "--format", format, "--verbose", "--today", TODAY]).code(1);
        assert!(run.stdout.contains("blame") || run.stderr.contains("blame"), "{format}");
        for printed in [&run.stdout, &run.stderr] {
            assert!(!printed.contains(&secret) && !printed.contains(&secret[5..20]), "{format}:\n{printed}");
        }
    }
}
