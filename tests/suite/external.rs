//! Links to elsewhere, asked of a server on this machine.

use crate::site::Site;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::Mutex;

/// A server that answers by the path, and counts who asked for what.
struct Server {
    address: String,
    asked: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Server {
    fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(BTreeMap::new()));
        let seen = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let mut lines = BufReader::new(stream.try_clone().expect("a stream")).lines();
                let Some(Ok(first)) = lines.next() else { continue };
                // The rest of the request ends with an empty line.
                for line in lines.by_ref() {
                    if line.is_ok_and(|line| line.is_empty()) {
                        break;
                    }
                }
                let mut words = first.split(' ');
                let (method, path) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
                *seen.lock().expect("a count").entry(format!("{method} {path}")).or_insert(0) += 1;
                let (status, more) = match (method, path) {
                    (_, "/gone") => ("404 Not Found", ""),
                    (_, "/moved") => ("301 Moved", "Location: /there\r\n"),
                    (_, "/circle") => ("302 Found", "Location: /circle\r\n"),
                    ("HEAD", "/shy") => ("405 Method Not Allowed", ""),
                    (_, "/secret") => ("403 Forbidden", ""),
                    (_, "/broken") => ("503 Service Unavailable", ""),
                    _ => ("200 OK", ""),
                };
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status}\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n"
                );
            }
        });
        Server { address, asked }
    }

    fn asked(&self, what: &str) -> usize {
        self.asked.lock().expect("a count").get(what).copied().unwrap_or(0)
    }
}

#[test]
fn dead_links_are_found_and_living_ones_remembered() {
    let server = Server::start();
    let paths = ["there", "gone", "moved", "circle", "shy", "secret", "broken", "there#place"];
    let links: String = paths.iter().map(|path| format!("- [{path}]({}/{path})\n", server.address)).collect();
    let text =
        format!("# Links\n\n{links}- [again]({}/gone)\n- [no server](http://127.0.0.1:9/)\n", server.address);
    let site = Site::new(&[("a.md", text.as_str())]);
    let dead = |today: &str| {
        let run =
            site.run(["check", "--external", "--rule", "dead-link", "--format", "json", "--today", today]);
        let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let findings = report["findings"].as_array().expect("findings").clone();
        let drawn: Vec<String> = findings
            .iter()
            .map(|finding| {
                format!("{}: {}", finding["line"], finding["message"].as_str().expect("a message"))
            })
            .collect();
        drawn.join("\n").replace(&server.address, "")
    };
    let expected = "4: `/gone` is dead: it answers 404\n6: `/circle` is dead: it leads round in a circle\n\
                    11: `/gone` is dead: it answers 404\n12: `http://127.0.0.1:9/` is dead: nobody answers there";
    assert_eq!(dead("2026-01-15"), expected);
    // Once directly and once behind `/moved`; the place in the page is no address of its own.
    assert_eq!(server.asked("HEAD /there"), 2);
    assert_eq!((server.asked("HEAD /shy"), server.asked("GET /shy")), (1, 1));

    assert_eq!(dead("2026-01-20"), expected);
    assert_eq!(
        (server.asked("HEAD /there"), server.asked("HEAD /shy")),
        (2, 1),
        "what answered is remembered"
    );
    assert_eq!(server.asked("HEAD /gone"), 2, "what is dead may be back");
    assert_eq!(dead("2026-01-22"), expected);
    assert_eq!(server.asked("HEAD /shy"), 2, "after a week it is asked again");

    // Nobody is asked unless it is wanted.
    let before = server.asked("HEAD /gone");
    site.run(["check", "--today", "2026-02-15"]).code(0).does_not_say("dead-link");
    assert_eq!(server.asked("HEAD /gone"), before);
}
