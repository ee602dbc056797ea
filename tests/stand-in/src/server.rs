//! Starting and stopping both listeners.

use std::io;
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::web::{Data, PayloadConfig, ServiceConfig};
use actix_web::{App, HttpServer, rt};

use crate::bigcommerce::management::access::Grants;
use crate::bigcommerce::webhooks::{Webhooks, sender};
use crate::kit::clock::Clock;
use crate::kit::{Kit, control, watch};
use crate::{bigcommerce, voucherify};

/// Bytes an extractor takes; the endpoints have their own, smaller limits.
const BODY_LIMIT: usize = 12 * 1024 * 1024;

/// Where to listen and what to serve.
#[derive(Debug, Clone)]
pub struct StandInOptions {
    /// Address of both listeners.
    pub host: IpAddr,
    /// Port of the BigCommerce stand-in; 0 takes a free one.
    pub bigcommerce_port: u16,
    /// Port of the Voucherify stand-in; 0 takes a free one.
    pub voucherify_port: u16,
    /// Folder of the shop's built pages.
    pub pages: Option<PathBuf>,
}

impl Default for StandInOptions {
    fn default() -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            bigcommerce_port: 0,
            voucherify_port: 0,
            pages: None,
        }
    }
}

/// Why the stand-in did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port could not be taken.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// The address.
        address: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The server did not come up.
    #[error("the server did not start: {0}")]
    Server(#[from] io::Error),
}

/// Both running listeners. Dropping it stops them.
#[derive(Debug)]
pub struct StandIn {
    /// Address of the BigCommerce stand-in, such as `http://127.0.0.1:4010`.
    pub shop_url: String,
    /// Address of the Voucherify stand-in.
    pub voucherify_url: String,
    /// State of the BigCommerce stand-in, for tests in the same process.
    pub bigcommerce: Data<bigcommerce::State>,
    /// State of the Voucherify stand-in.
    pub voucherify: Data<voucherify::State>,
    /// Clock, calls and faults of the BigCommerce listener.
    pub shop_kit: Kit,
    /// Clock, calls and faults of the Voucherify listener.
    pub voucherify_kit: Kit,
    listeners: Vec<Listener>,
}

impl StandIn {
    /// Starts both listeners and returns when they accept connections.
    pub fn start(options: StandInOptions) -> Result<Self, StartError> {
        let clock = Clock::new();
        let (shop_socket, shop_url) = bind(options.host, options.bigcommerce_port)?;
        let (voucher_socket, voucherify_url) = bind(options.host, options.voucherify_port)?;
        let shop_kit = Kit::new(clock.clone(), bigcommerce::area_of);
        let voucherify_kit = Kit::new(clock.clone(), voucherify::area_of);
        let codes = format!("{voucherify_url}/control/state");
        let shop = bigcommerce::State::new(clock.clone(), &shop_url, options.pages);
        let bigcommerce = Data::new(shop.with_codes(codes));
        let voucherify = Data::new(voucherify::State::new(clock));
        let listeners = vec![
            listen_shop(shop_socket, shop_kit.clone(), bigcommerce.clone())?,
            listen(
                voucher_socket,
                voucherify_kit.clone(),
                Box::pin(std::future::pending()),
                with_data(voucherify.clone(), voucherify::configure),
            )?,
        ];
        Ok(Self {
            shop_url,
            voucherify_url,
            bigcommerce,
            voucherify,
            shop_kit,
            voucherify_kit,
            listeners,
        })
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        for listener in &mut self.listeners {
            listener.stop();
        }
    }
}

#[derive(Debug)]
struct Listener {
    handle: Option<ServerHandle>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    fn stop(&mut self) {
        if let Some(handle) = self.handle.take() {
            // The command is sent by the call itself; the future only waits for the end.
            drop(handle.stop(false));
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn bind(host: IpAddr, port: u16) -> Result<(TcpListener, String), StartError> {
    let refused = |source| StartError::Bind {
        address: format!("{host}:{port}"),
        source,
    };
    let socket = TcpListener::bind((host, port)).map_err(refused)?;
    let address = socket.local_addr().map_err(refused)?;
    Ok((socket, format!("http://{address}")))
}

/// The shop's listener, with the webhooks that it sends.
fn listen_shop(
    socket: TcpListener,
    kit: Kit,
    state: Data<bigcommerce::State>,
) -> Result<Listener, StartError> {
    let webhooks = Data::new(Webhooks::default());
    let grants = Data::new(Grants::default());
    let sender = sender::run(state.clone(), webhooks.clone(), kit.clone());
    let configure = move |cfg: &mut ServiceConfig| {
        cfg.app_data(state.clone())
            .app_data(webhooks.clone())
            .app_data(grants.clone())
            .configure(bigcommerce::configure);
    };
    listen(socket, kit, Box::pin(sender), configure)
}

fn with_data<S: Send + Sync + 'static>(
    state: Data<S>,
    configure: fn(&mut ServiceConfig),
) -> impl Fn(&mut ServiceConfig) + Clone + Send + 'static {
    move |cfg| {
        cfg.app_data(state.clone()).configure(configure);
    }
}

/// What a listener does beside answering.
type Background = Pin<Box<dyn Future<Output = ()> + Send>>;

fn listen(
    socket: TcpListener,
    kit: Kit,
    background: Background,
    configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
) -> Result<Listener, StartError> {
    let (sender, receiver) = mpsc::channel();
    let kit = Data::new(kit);
    let thread = thread::spawn(move || {
        rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                App::new()
                    .app_data(kit.clone())
                    .app_data(PayloadConfig::new(BODY_LIMIT))
                    .wrap(from_fn(watch))
                    .configure(control::configure)
                    .configure(configure.clone())
            })
            .workers(1)
            .shutdown_timeout(1)
            .disable_signals()
            .listen(socket);
            match server.map(HttpServer::run) {
                Ok(server) => {
                    let _ = sender.send(Ok(server.handle()));
                    let background = rt::spawn(background);
                    let _ = server.await;
                    background.abort();
                }
                Err(error) => {
                    let _ = sender.send(Err(error));
                }
            }
        });
    });
    let handle = receiver
        .recv()
        .unwrap_or_else(|_| Err(io::Error::other("the thread ended")))?;
    Ok(Listener {
        handle: Some(handle),
        thread: Some(thread),
    })
}
