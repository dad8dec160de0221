//! An address with its methods, which refuses all others with `Allow`.

use super::problem::Refusal;
use actix_web::{FromRequest, Handler, HttpResponse, Resource, Responder, Route, guard, web};

/// An address in the making.
pub(crate) struct Address {
    resource: Resource,
    allow: Vec<&'static str>,
}

/// Starts an address.
pub(crate) fn address(path: &str) -> Address {
    Address { resource: web::resource(path), allow: Vec::new() }
}

impl Address {
    /// Answers GET, and HEAD with the same head.
    pub(crate) fn get<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let either = guard::Any(guard::Get()).or(guard::Head());
        self.method(&["GET", "HEAD"], web::route().guard(either).to(handler))
    }

    /// Answers POST.
    pub(crate) fn post<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.method(&["POST"], web::post().to(handler))
    }

    /// Answers PUT.
    pub(crate) fn put<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.method(&["PUT"], web::put().to(handler))
    }

    /// Answers PATCH.
    pub(crate) fn patch<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.method(&["PATCH"], web::patch().to(handler))
    }

    /// Answers DELETE.
    pub(crate) fn delete<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.method(&["DELETE"], web::delete().to(handler))
    }

    fn method(mut self, names: &[&'static str], route: Route) -> Self {
        self.allow.extend_from_slice(names);
        self.resource = self.resource.route(route);
        self
    }

    /// The finished address.
    pub(crate) fn build(self) -> Resource {
        let allow = self.allow.join(", ");
        self.resource.default_service(web::to(move || {
            let refusal = Refusal::method(allow.clone());
            async move { Err::<HttpResponse, Refusal>(refusal) }
        }))
    }
}
