//! Database errors in the words of the ports.

use heddle_auth::RowError;
use heddle_engine::StoreError;
use sea_orm::{DbErr, SqlErr};

pub(crate) fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Failed(error.to_string())
}

/// For inserts: a clash of a unique column says what exists already.
pub(crate) fn clash(what: &'static str) -> impl Fn(DbErr) -> StoreError {
    move |error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => StoreError::Exists(what),
        _ => failed(error),
    }
}

pub(crate) fn row_error(error: impl std::fmt::Display) -> RowError {
    RowError(error.to_string())
}

/// A stored value that this program cannot have written.
pub(crate) fn unreadable(what: &str, id: &str) -> StoreError {
    StoreError::Failed(format!("the stored {what} of {id} cannot be read"))
}
