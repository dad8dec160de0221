//! Bad networks and bad days at the provider, over real sockets.

mod fields;
mod hosts;
mod network;
mod quota;
mod secrets;
mod tokens;
