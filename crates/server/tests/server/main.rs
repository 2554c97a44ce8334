//! The server as clients meet it: the real router on a port of its own, over real sockets.

mod access;
mod edge;
mod events;
mod feedback;
mod grpc;
mod health;
mod limits;
mod otlp;
mod run;
mod stop;
