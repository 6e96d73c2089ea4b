//! Takes requests from the network, and writes answers to it.
//!
//! Comes in: an address to listen on. Goes out: [`Message`]s with requests for the site; what needs no site is answered here.
//! Knows nothing of documents.
//!
//! Whoever can make a browser on this machine ask us must not read what we serve: a page of another site may do so under a
//! name of its own that leads to our address. So only requests that call us by an address or `localhost` are answered.

use crate::serve::events::Events;
use crate::serve::store::Touched;
use http_body_util::Either;
use http_body_util::Full;
use http_body_util::channel::Channel;
use hyper::HeaderMap;
use hyper::Method;
use hyper::Response;
use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::body::Incoming;
use hyper::header;
use hyper::header::HeaderValue;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;
use std::time::Instant;
use tokio::sync::oneshot;

/// The folder of what is ours and no part of the site: nothing hidden is ever a part of it.
pub const OWN: &str = "/.afterword/";

/// How many ports are tried.
const PORTS: u16 = 100;

/// The policy under which every page is shown, which is the one that the site promises to run under.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                      connect-src 'self'; manifest-src 'self'";

/// What is written back: all at once, or, where events are told, as they come.
type Body = Either<Full<Bytes>, Channel<Bytes>>;

/// What the site is asked or told.
pub enum Message {
    /// A file is wanted.
    Request(Request),
    /// Files have changed, and when that was noticed.
    Changed(Touched, Instant),
}

/// A file is wanted, and somebody waits for the answer.
pub struct Request {
    url: String,
    answer: oneshot::Sender<Response<Body>>,
}

impl Request {
    /// Returns what is asked for: a path and a query, as they were sent.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Answers; a browser that has gone away is no fault.
    pub fn respond(self, policy: &str, status: u16, kind: &str, bytes: Vec<u8>) {
        let _ = self.answer.send(response(policy, status, kind, bytes));
    }

    /// Leads on to another path of ours.
    pub fn redirect(self, to: &str) {
        let mut response = response(POLICY, 302, "text/plain", Vec::new());
        if let Ok(to) = HeaderValue::from_str(to) {
            response.headers_mut().insert(header::LOCATION, to);
        }
        let _ = self.answer.send(response);
    }
}

/// Listens.
pub struct Server {
    listener: TcpListener,
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
                    return Ok(Server { listener, address });
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
    pub fn start(self, site: Sender<Message>, events: Arc<Events>) -> Result<(), String> {
        self.listener.set_nonblocking(true).map_err(|error| error.to_string())?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(self.listener).map_err(|error| error.to_string())?
        };
        std::thread::spawn(move || runtime.block_on(accept(listener, site, events)));
        Ok(())
    }
}

/// Takes connections, each of which is looked after beside the others.
async fn accept(listener: tokio::net::TcpListener, site: Sender<Message>, events: Arc<Events>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // There are too many, and some of them will end.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // Answers are written in parts, and must not wait for each other.
        let _ = stream.set_nodelay(true);
        let (site, events) = (site.clone(), Arc::clone(&events));
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let (site, events) = (site.clone(), Arc::clone(&events));
                async move { Ok::<_, Infallible>(answer(&request, site, events).await) }
            });
            // It ends when the browser goes away, which is no fault.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// Returns the answer to a request, which the site gives where it is for the site.
async fn answer(
    request: &hyper::Request<Incoming>,
    site: Sender<Message>,
    events: Arc<Events>,
) -> Response<Body> {
    let plain = |status, why: &str| response(POLICY, status, "text/plain", why.as_bytes().to_vec());
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return plain(405, "only GET and HEAD are answered\n");
    }
    if !is_for_us(request.headers()) {
        return plain(403, "ask by an address or `localhost`\n");
    }
    let url = request.uri().to_string();
    if let Some(own) = url.strip_prefix(OWN) {
        let code = |kind, bytes: &[u8]| response(POLICY, 200, kind, bytes.to_vec());
        return match own.split('?').next().unwrap_or("") {
            "serve.js" => code("text/javascript", include_bytes!("page.js")),
            "serve.css" => code("text/css", include_bytes!("page.css")),
            "events" => {
                let (page, body) = Channel::new(1);
                tokio::spawn(async move { events.listen(page).await });
                let mut response = response(POLICY, 200, "text/event-stream", Vec::new());
                *response.body_mut() = Either::Right(body);
                response
            }
            _ => plain(404, "there is nothing here\n"),
        };
    }
    let (answer, answered) = oneshot::channel();
    if site.send(Message::Request(Request { url, answer })).is_err() {
        return plain(503, "the program is about to end\n");
    }
    answered.await.unwrap_or_else(|_| plain(500, "there is no answer: this is a fault of the program\n"))
}

/// Returns whether a request calls us by an address or by the name that every machine has for itself.
fn is_for_us(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else { return false };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok()
}

fn response(policy: &str, status: u16, kind: &str, bytes: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Either::Left(Full::from(bytes)));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
