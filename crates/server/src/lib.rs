//! HTTP and gRPC: the OTLP receiver, the feedback API, metrics and health.
//!
//! It acknowledges nothing before the [`Store`] has made it durable, never holds more than its
//! [`Limits`] allow, and answers so that clients send again what was not taken.
//!
//! Reading order: [`store`] (what it writes to), [`intake`] (who understands what arrives), `reader` (by the
//! roadmap's rules), [`limits`],
//! `router` (every path), `receive` and `inflate` (a body, within the limits), `otlp`, `grpc`, `events`
//! and `feedback` (what the paths do), `refusal` (every way to say no), `access` (the keys), `metrics` and
//! `health` (seeing itself), [`listen`] (connections, and their end).

pub mod intake;
pub mod limits;
pub mod listen;
pub mod store;

mod access;
mod encoding;
mod events;
mod feedback;
mod grpc;
mod health;
mod inflate;
mod metrics;
mod otlp;
mod reader;
mod receive;
mod refusal;
mod router;

pub use access::{Access, Known, Purpose};
pub use encoding::{Encoding, Signal};
pub use intake::Intake;
pub use limits::Limits;
pub use listen::serve;
pub use reader::Reader;
pub use router::{Receiver, grpc_router, otlp_router, router, status_router};
pub use store::{Merge, Refused, State, Store};
