//! Takes requests from the network, and writes answers to it.
//!
//! Comes in: an address to listen on. Goes out: [`Message`]s with requests for the site; what needs no site is answered here.
//! Knows nothing of documents.
//!
//! Whoever can make a browser on this machine ask us must not read what we serve: a page of another site may do so under a
//! name of its own that leads to our address. So only requests that call us by an address or `localhost` are answered.

use crate::serve::events::Events;
use crate::serve::store::Touched;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Instant;
use tiny_http::Header;
use tiny_http::Method;
use tiny_http::Request;
use tiny_http::Response;

/// The folder of what is ours and no part of the site: nothing hidden is ever a part of it.
pub const OWN: &str = "/.afterword/";

/// How many ports are tried.
const PORTS: u16 = 100;

/// The policy under which every page is shown, which is the one that the site promises to run under.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                      connect-src 'self'; manifest-src 'self'";

/// What the site is asked or told.
pub enum Message {
    /// A file is wanted.
    Request(Request),
    /// Files have changed, and when that was noticed.
    Changed(Touched, Instant),
}

/// Listens.
pub struct Server {
    inner: tiny_http::Server,
    address: SocketAddr,
}

impl Server {
    /// Listens on the first port that is free.
    pub fn listen(host: IpAddr, port: u16, next: bool) -> Result<Server, String> {
        let mut last = None;
        let tries = if next && port != 0 { PORTS } else { 1 };
        for port in (0..tries).map_while(|more| port.checked_add(more)) {
            match TcpListener::bind((host, port)) {
                Ok(listener) => {
                    let address = listener.local_addr().map_err(|error| error.to_string())?;
                    // Answers are written in parts, and must not wait for each other.
                    #[cfg(unix)]
                    let _ = rustix::net::sockopt::set_tcp_nodelay(&listener, true);
                    let inner = tiny_http::Server::from_listener(listener, None)
                        .map_err(|error| error.to_string())?;
                    return Ok(Server { inner, address });
                }
                Err(error) => last = Some(error),
            }
        }
        let why = last.map_or_else(|| "there is no such port".to_owned(), |error| error.to_string());
        Err(format!("cannot listen on {host}, port {port}: {why}"))
    }

    /// Returns the address of the site, ending in `/`.
    pub fn url(&self) -> String {
        // Nobody can go to the address that stands for all.
        let host = match self.address.ip() {
            ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            ip => ip,
        };
        format!("http://{}/", SocketAddr::new(host, self.address.port()))
    }

    /// Takes requests from now on, on a thread of its own.
    pub fn start(self, site: Sender<Message>, events: Arc<Events>) {
        std::thread::spawn(move || {
            for request in self.inner.incoming_requests() {
                if !matches!(request.method(), Method::Get | Method::Head) {
                    respond(request, 405, "text/plain", b"only GET and HEAD are answered\n".to_vec());
                } else if !is_for_us(&request) {
                    let why = "ask by an address or `localhost`\n";
                    respond(request, 403, "text/plain", why.as_bytes().to_vec());
                } else if let Some(own) = request.url().strip_prefix(OWN).map(str::to_owned) {
                    answer_own(request, own.split('?').next().unwrap_or(""), &events);
                } else if site.send(Message::Request(request)).is_err() {
                    return;
                }
            }
        });
    }
}

/// Answers what is asked of the server and not of the site.
fn answer_own(request: Request, name: &str, events: &Arc<Events>) {
    match name {
        "serve.js" => respond(request, 200, "text/javascript", include_bytes!("page.js").to_vec()),
        "serve.css" => respond(request, 200, "text/css", include_bytes!("page.css").to_vec()),
        "events" => {
            let events = Arc::clone(events);
            std::thread::spawn(move || {
                let mut out = request.into_writer();
                // It ends when the page goes away, which is no fault.
                let _ = events.listen(&mut out);
            });
        }
        _ => respond(request, 404, "text/plain", b"there is nothing here\n".to_vec()),
    }
}

/// Returns whether a request calls us by an address or by the name that every machine has for itself.
fn is_for_us(request: &Request) -> bool {
    let host = request.headers().iter().find(|header| header.field.equiv("Host"));
    let Some(host) = host.map(|header| header.value.as_str()) else { return false };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok()
}

fn respond(request: Request, status: u16, kind: &str, bytes: Vec<u8>) {
    respond_under(POLICY, request, status, kind, bytes);
}

/// Answers a request; a browser that has gone away is no fault.
pub fn respond_under(policy: &str, request: Request, status: u16, kind: &str, bytes: Vec<u8>) {
    let mut response = Response::from_data(bytes).with_status_code(status).with_chunked_threshold(usize::MAX);
    for (name, value) in [
        ("Content-Type", kind),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
    ] {
        if let Ok(header) = Header::from_bytes(name, value) {
            response.add_header(header);
        }
    }
    let _ = request.respond(response);
}

/// Leads a request on to another path of ours.
pub fn redirect(request: Request, to: &str) {
    let mut response = Response::from_data(Vec::new()).with_status_code(302);
    if let Ok(header) = Header::from_bytes("Location", to) {
        response.add_header(header);
    }
    let _ = request.respond(response);
}
